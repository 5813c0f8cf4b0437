"""The applications of The Things Stack that councils own, and the keys to their stores: a TOML file, never the database.

Every [[application]] has `council`, `application` (id@tenant as in its topics; the id alone where the server has no tenants),
`address` (https://eu1.cloud.thethings.network), `key` (an API key that may read application traffic) or `key_file` (a file
that holds it), and `retention_hours` of its store: 24 in the Sandbox, 720 in the Cloud.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streets.settings import SettingsError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,35}(@[a-z0-9][a-z0-9-]{1,35})?")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
FIELDS = {"council", "application", "address", "key", "key_file", "retention_hours"}
HOURS_AT_MOST = 24 * 366


@dataclass(frozen=True, slots=True)
class Application:
    """One application. `name` is id@tenant as in topics; `key` is shown nowhere."""

    council: str
    name: str
    address: str
    key: str = field(repr=False)
    retention: timedelta

    @property
    def id(self) -> str:
        """The application's id, without the tenant."""
        return self.name.partition("@")[0]


def applications_of(env: Mapping[str, str] | None = None) -> tuple[Application, ...]:
    """The applications in the file that STREETS_APPLICATIONS_FILE names; none where it is not set or the file is empty.

    Raises SettingsError, which names the file and what is wrong, and never a key.
    """
    named = (os.environ if env is None else env).get("STREETS_APPLICATIONS_FILE", "").strip()
    if not named:
        return ()
    try:
        told = tomllib.loads(Path(named).read_text())
        tables = told.pop("application", [])
        if told or not isinstance(tables, list):
            raise ValueError("it may have [[application]] tables and nothing else")
        applications = tuple(_application(each, Path(named).parent) for each in tables)
    except OSError as error:
        raise SettingsError(f"STREETS_APPLICATIONS_FILE: {error}") from error
    except ValueError as error:
        raise SettingsError(f"STREETS_APPLICATIONS_FILE {named}: {error}") from error
    if len({each.name for each in applications}) < len(applications):
        raise SettingsError(f"STREETS_APPLICATIONS_FILE {named}: an application is named twice")
    return applications


def _application(told: Any, folder: Path) -> Application:
    if not isinstance(told, dict) or set(told) - FIELDS:
        raise ValueError(f"an [[application]] may have {', '.join(sorted(FIELDS))} and nothing else")
    name = _text(told, "application", "an [[application]]")
    if not NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is not an application's id@tenant")
    hours = told.get("retention_hours")
    if not isinstance(hours, int) or not 1 <= hours <= HOURS_AT_MOST:
        raise ValueError(f"{name}: retention_hours must be a whole number from 1 to {HOURS_AT_MOST}")
    return Application(
        council=_text(told, "council", name),
        name=name,
        address=_address(_text(told, "address", name), name),
        key=_key(told, name, folder),
        retention=timedelta(hours=hours),
    )


def _address(address: str, name: str) -> str:
    """The server's address; the key travels in the open without TLS, so that only this machine may be spoken to like that."""
    parts = urlsplit(address)
    if parts.path.strip("/") or parts.query or parts.username or not parts.hostname:
        raise ValueError(f"{name}: address must be like https://eu1.cloud.thethings.network")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{name}: address must begin with https://")
    return f"{parts.scheme}://{parts.netloc}"


def _key(told: dict[str, Any], name: str, folder: Path) -> str:
    if ("key" in told) == ("key_file" in told):
        raise ValueError(f"{name}: it needs either key or key_file")
    key = told["key"] if "key" in told else (folder / _text(told, "key_file", name)).read_text()
    if not isinstance(key, str) or not re.fullmatch(r"[\x21-\x7e]+", key.strip()):
        raise ValueError(f"{name}: the key is not one")
    return key.strip()


def _text(told: dict[str, Any], member: str, of: str) -> str:
    text = told.get(member)
    if not isinstance(text, str) or not text:
        raise ValueError(f"{of} has no {member}")
    return text
