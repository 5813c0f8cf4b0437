"""What devices say of themselves: versions, serial numbers, their own calibration and settings; each change is kept."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from streets.store.database import Connection, execute, rows


class DeviceWord(NamedTuple):
    """A device's word of itself: `name` has the unit of its value in it; `told_at` is when the frame was observed."""

    device_id: int
    name: str
    told_at: datetime
    value: int | float | str | bool


def keep_words(conn: Connection, told: Iterable[DeviceWord]) -> None:
    """Keep those words that are other than what the device said before."""
    changed = list(_changed(told))
    if changed:
        execute(
            conn,
            "keep_device_words",
            device_ids=[word.device_id for word in changed],
            names=[word.name for word in changed],
            told_at=[word.told_at for word in changed],
            words=[json.dumps(word.value) for word in changed],
        )


def words_of(conn: Connection, council: str, device: str) -> list[DeviceWord]:
    """All that a council's device said of itself, by name, the newest first."""
    return rows(conn, "device_words", DeviceWord, council=council, device=device)


def _changed(told: Iterable[DeviceWord]) -> Iterator[DeviceWord]:
    """Of words in a row that are the same only the first."""
    for _, of_name in groupby(sorted(told, key=lambda word: word[:3]), key=attrgetter("device_id", "name")):
        for _, same in groupby(of_name, key=attrgetter("value")):
            yield next(same)
