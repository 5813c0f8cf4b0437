"""The applications of The Things Stack that councils own, and the keys to their stores: a TOML file, never the database.

Every [[application]] has `council`, `application` (id@tenant as in its topics; the id alone where the server has no tenants),
`address` (https://eu1.cloud.thethings.network), `key` (an API key that may read application traffic) or `key_file` (a file
that holds it), and `retention_hours` of its store: 24 in the Sandbox, 720 in the Cloud.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from streets.key_files import address, entries, key, known, text
from streets.settings import SettingsError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,35}(@[a-z0-9][a-z0-9-]{1,35})?")
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
    applications = entries("STREETS_APPLICATIONS_FILE", "application", _application, env)
    if len({each.name for each in applications}) < len(applications):
        raise SettingsError("STREETS_APPLICATIONS_FILE: an application is named twice")
    return applications


def _application(told: dict[str, Any], folder: Path) -> Application:
    known(told, FIELDS, "an [[application]]")
    name = text(told, "application", "an [[application]]")
    if not NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is not an application's id@tenant")
    hours = told.get("retention_hours")
    if not isinstance(hours, int) or not 1 <= hours <= HOURS_AT_MOST:
        raise ValueError(f"{name}: retention_hours must be a whole number from 1 to {HOURS_AT_MOST}")
    return Application(
        council=text(told, "council", name),
        name=name,
        address=address(told, name),
        key=key(told, name, folder),
        retention=timedelta(hours=hours),
    )
