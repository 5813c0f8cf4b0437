"""A crew's phone, signed in by the office's link: it reads rounds, tells taps, and keeps them while there is no signal."""

import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

LOG = logging.getLogger(__name__)
# Its line about each request tells the whole address, and that of the link holds a secret.
logging.getLogger("httpx").setLevel(logging.WARNING)
PATIENCE_S = 5.0
REFUSED = (403, 404, 422)
"""Answers after which a phone does not try again: it tells its crew, who can do nothing more about it."""
SIGNED_OUT = 401


class NoSignal(Exception):
    """The house cannot be reached now."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What was tapped at a stop, as crew pages send it; the id is made on the phone."""

    stop_id: str
    id: str
    at: str
    event: str
    observed_fill: int | None
    note: str | None


def tap(stop_id: str, at: datetime, event: str, observed_fill: int | None = None, note: str | None = None) -> Tap:
    """A tap with an id of its own."""
    return Tap(stop_id, str(uuid4()), at.isoformat(), event, observed_fill, note)


class CrewPhone:
    """One phone with its session, which speaks HTTP as the crew pages do."""

    def __init__(self, sign_in_link: str) -> None:
        """Sign in when something is first asked."""
        self._link = sign_in_link
        site = urlsplit(sign_in_link)
        origin = f"{site.scheme}://{site.netloc}"
        self._http = httpx.Client(base_url=origin, headers={"Origin": origin}, timeout=PATIENCE_S)
        self._unsent: list[Tap] = []

    def rounds(self, day: date) -> list[dict[str, Any]]:
        """The rounds in force on a day, each with its stops in order. Raises NoSignal."""
        of_day = self._read(f"/v1/rounds/{day}")
        return [self.round(each["round_id"]) for each in of_day["rounds"]]

    def round(self, round_id: str) -> dict[str, Any]:
        """A round, or the one that took its place. Raises NoSignal."""
        return self._read(f"/v1/rounds/{round_id}")

    def round_in_force(self, round_id: str) -> str:
        """The id of the round that is in force in place of that one, or of itself. Raises NoSignal."""
        return str(self._read(f"/v1/rounds/{round_id}/mark")["round_id"])

    def keep(self, taps: list[Tap]) -> None:
        """Keep taps until they can be sent."""
        self._unsent += taps

    def send(self) -> None:
        """Send what is kept, in order, as far as the house takes it."""
        while self._unsent:
            told = asdict(self._unsent[0])
            path = f"/v1/stops/{told.pop('stop_id')}/events"
            try:
                answer = self._asked("POST", path, json=told)
            except NoSignal:
                return
            if answer.status_code in REFUSED:
                LOG.warning("a tap was refused: %s", answer.json()["detail"])
            elif answer.is_error:
                return
            del self._unsent[0]

    def close(self) -> None:
        """Put the phone away."""
        self._http.close()

    def _read(self, path: str) -> dict[str, Any]:
        answer = self._asked("GET", path)
        if answer.is_error:
            raise NoSignal(f"{path}: {answer.status_code}")
        read: dict[str, Any] = answer.json()
        return read

    def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer, signed in anew where the session has ended."""
        try:
            answer = self._http.request(method, path, **more)
            if answer.status_code == SIGNED_OUT:
                self._sign_in()
                answer = self._http.request(method, path, **more)
        except httpx.TransportError as error:
            raise NoSignal(str(error)) from error
        return answer

    def _sign_in(self) -> None:
        """Open the link, and press its button: the link's secret moves into a cookie, and that into a session."""
        self._http.get(self._link)
        self._http.post("/sign-in")
