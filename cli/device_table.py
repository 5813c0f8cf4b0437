"""The table of supported devices, made of the device files and their vectors: in docs/devices.md in full, in README in short.

`make devices` writes both. Nothing is said here of any single device: what is not in its file or its vectors is not in the table.
"""

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sensors import codec, devices
from sensors.codec import Device

TROUBLE = ("cannot_measure", "fault", "alarms")
BEGIN, END = "<!-- devices: made by `make devices` -->", "<!-- /devices -->"
FIRST_SENTENCE = re.compile(r"(?P<name>[^,]+), (?P<kind>.+?)(?:\.\s|[;:]|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told of a device: `trouble` its words for faults and alarms, `is_published` whether published frames are read."""

    device: Device
    name: str
    kind: str
    trouble: tuple[str, ...]
    ports: tuple[int, ...]
    has_memory: bool
    is_published: bool


def entries() -> list[Entry]:
    """All devices in the order of their names. Raises ValueError for a file whose first sentence is not "Name, what it is."."""
    return sorted(map(_entry, codec.models().values()), key=lambda entry: (entry.name.lower(), entry.device.model))


def page() -> str:
    """docs/devices.md."""
    head = ("device", "model", "measures", "tells of trouble", "from memory", "ports", "its installation needs", "known by")
    rows = (
        (
            f"{entry.name}, {entry.kind}",
            f"`{entry.device.model}`",
            _in_code(entry.device.measures),
            _in_words(entry.trouble),
            "yes" if entry.has_memory else "",
            ", ".join(map(str, entry.ports)),
            _in_code(entry.device.needs),
            "published frames" if entry.is_published else "constructed frames",
        )
        for entry in entries()
    )
    return f"{PREFACE}\n{_table(head, rows)}"


def short() -> str:
    """README's table."""
    head = ("device", "model", "measures", "tells of trouble")
    rows = (
        (entry.name, f"`{entry.device.model}`", _in_words(map(_without_unit, _measured(entry))), _in_words(entry.trouble))
        for entry in entries()
    )
    return f"{BEGIN}\n{_table(head, rows)}{END}"


def with_table(readme: str) -> str:
    """A README with its table as it should be. Raises ValueError where the marks are missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md has no {BEGIN} … {END}")
    return before + short() + after


def _entry(device: Device) -> Entry:
    told = sys.modules[device.decode.__module__].__doc__ or ""
    sentence = FIRST_SENTENCE.match(told)
    if sentence is None:
        raise ValueError(f"The file of {device.model} does not begin with its name, a comma, and what it is")
    vectors = json.loads((Path(devices.__path__[0]) / f"{device.model.replace('-', '_')}.vectors.json").read_text())
    frames = [vector for vector in vectors if "error" not in vector]
    return Entry(
        device=device,
        name=sentence["name"],
        kind=" ".join(sentence["kind"].split()),
        trouble=_trouble(frames),
        ports=tuple(sorted({vector["port"] for vector in frames} - {None})),
        has_memory=any(len(_times(vector["readings"])) > 1 for vector in frames),
        is_published=any(vector["source"] != "constructed" and vector["readings"] for vector in frames),
    )


def _trouble(frames: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The words for faults and alarms that the frames' readings have, in alphabetical order."""
    said = [reading[name] for frame in frames for reading in frame["readings"] for name in TROUBLE if name in reading]
    return tuple(sorted({word for words in said for word in ([words] if isinstance(words, str) else words)}))


def _times(readings: Iterable[dict[str, Any]]) -> set[str | None]:
    """The times by the device's own clock that one frame tells of; None stands for the time of the frame itself."""
    return {reading.get("observed_at") for reading in readings}


def _measured(entry: Entry) -> Iterable[str]:
    return (name for name in entry.device.measures if name not in TROUBLE)


def _without_unit(name: str) -> str:
    return re.sub(r"_(mm|c|pct|mv|deg|g)$", "", name)


def _in_words(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in dict.fromkeys(names))


def _in_code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *rows))


PREFACE = """# Supported devices

Made of the device files and their vectors by `make devices`; `.venv/bin/streets models --markdown` prints it.

Measures and words are those of a reading (`sensors/readings.py`). A word for trouble is the device's own: why there is no
distance, what is wrong with a count, which alarm is on. A device that tells from memory sends, in one frame, what it stored, with
its own times. Ports are those of its vectors. What an installation needs are columns of the import file. A device is known by
frames that its maker or a network's community published, or only by frames constructed from its byte map; its file says what
was not confirmed.
"""


if __name__ == "__main__":
    Path("docs/devices.md").write_text(page())
    Path("README.md").write_text(with_table(Path("README.md").read_text()))
