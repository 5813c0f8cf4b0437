"""Which device stands where: the store's registered devices, kept at hand for the journey."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from streets.store.database import Connection
from streets.store.registry import Registered, councils, registered, registry_changes


@dataclass(frozen=True, slots=True)
class Installation:
    """One version of how a device stands. `line` None: every line of the device."""

    valid_from: datetime
    valid_to: datetime | None
    line: int | None
    max_range_mm: int | None
    period_s: int | None


@dataclass(frozen=True, slots=True)
class Post:
    """A registered device, with its installations in order of time."""

    device_id: int
    model: str
    council: str
    installations: tuple[Installation, ...]

    def installed(self, at: datetime, line: int | None = None) -> Installation | None:
        """The installation of that time, for that line where there is one of its own; None: it stood nowhere."""
        found = None
        for each in self.installations:
            holds = each.valid_from <= at and (each.valid_to is None or at < each.valid_to)
            if holds and (found is None or each.line == line):
                found = each
        return found


class Registry:
    """The posts of all registered devices by name, and the councils served. It changes only when it is told to look."""

    def __init__(self, devices: Iterable[Registered] = (), councils: Collection[str] = ()) -> None:
        self._posts = dict(_posts(devices))
        self._councils = frozenset(councils)
        self._changes: int | None = None

    def find(self, device: str) -> Post | None:
        """The post of the device, or None when it is not registered."""
        return self._posts.get(device)

    def serves(self, council: str) -> bool:
        """Whether the council is one of ours."""
        return council in self._councils

    def refresh(self, conn: Connection) -> bool:
        """Look at everything again where anything changed since the last time; whether it did."""
        changes = registry_changes(conn)
        if changes == self._changes:
            return False
        self._posts = dict(_posts(registered(conn)))
        self._councils = councils(conn)
        self._changes = changes
        return True

    def learn(self, conn: Connection, devices: Collection[str]) -> None:
        """Look again at some devices, and at the councils."""
        self._posts.update(_posts(registered(conn, devices)))
        self._councils = councils(conn)


def _posts(devices: Iterable[Registered]) -> Iterable[tuple[str, Post]]:
    for device, versions in groupby(devices, key=attrgetter("device")):
        known = list(versions)
        installations = tuple(
            Installation(each.valid_from, each.valid_to, each.line, each.max_range_mm, each.period_s)
            for each in known
            if each.valid_from is not None
        )
        yield device, Post(known[0].device_id, known[0].model, known[0].council, installations)
