"""The line to an OSRM server: a question of its HTTP API, and its answer or a fault in words."""

from collections.abc import Sequence
from typing import Any

import httpx

from streets.network.extract import LatLon, StreetsError

PATIENCE = httpx.Timeout(60.0, connect=5.0)
LETTERS_TOLD = 200

# What the API says of points that it has no street or no way for; on every other code there is no answer.
NO_WAY = ("NoSegment", "NoTable", "NoRoute")


class OsrmFault(StreetsError):
    """The OSRM server gave no answer that can be used; the message says why, and what to do."""


class OsrmLine:
    """A line to one server. Every answer must rest on the same data as its first: a matrix of two maps is of neither."""

    def __init__(self, url: str, patience: httpx.Timeout = PATIENCE) -> None:
        """Connect to nothing yet."""
        self._url = url.rstrip("/")
        self._client = httpx.Client(timeout=patience, headers={"Accept": "application/json"})
        self.version: str | None = None
        """What the server calls its data (osrm-extract --data_version), empty where nothing; None before its first answer."""

    def asked(self, service: str, points: Sequence[LatLon], **options: str) -> dict[str, Any] | None:
        """The answer to a question about points; None where the server knows no street or no way. Raises OsrmFault."""
        where = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in points)
        address = httpx.URL(f"{self._url}/{service}/v1/driving/{where}", params={**options, "generate_hints": "false"})
        try:
            answer = self._answer(address)
        except httpx.TimeoutException as error:
            raise self.fault("did not answer in time: plan again when it is less busy") from error
        except httpx.TransportError as error:
            raise self.fault(f"cannot be reached ({error}): is it running?") from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise self.fault("has too much to do (429): plan again later")
        told = self._told(answer)
        if told.get("code") in NO_WAY:
            return None
        if told.get("code") != "Ok" or not answer.is_success:
            raise self.fault(_refusal(service, answer.status_code, told))
        self._same_data(str(told.get("data_version", "")))
        return told

    def _answer(self, address: httpx.URL) -> httpx.Response:
        """The answer, asked for again where the server hung up: osrm-routed does so after 512 questions, unannounced."""
        try:
            return self._client.get(address)
        except httpx.RemoteProtocolError:
            return self._client.get(address)

    def fault(self, why: str) -> OsrmFault:
        """A fault that says which server it is of."""
        return OsrmFault("osrm", f"the OSRM server at {self._url} {why}")

    def _told(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            told = answer.json()
        except (ValueError, RecursionError) as error:
            raise self.fault(f"answered what is no JSON (HTTP {answer.status_code})") from error
        if not isinstance(told, dict):
            raise self.fault("answered what is no JSON object")
        return told

    def _same_data(self, version: str) -> None:
        if self.version not in (None, version):
            raise self.fault("changed its data while it was asked: plan again")
        self.version = version


def _refusal(service: str, status: int, told: dict[str, Any]) -> str:
    if told.get("code") == "TooBig":
        return f"allows smaller questions to /{service} than we ask: start osrm-routed without lowering --max-{service}-size"
    words = f"{told.get('code', status)}: {told.get('message', 'it does not say why')}"
    return f"refused /{service} ({words[:LETTERS_TOLD]})"
