"""Direct devices' messages made of recorded figures."""

from datetime import UTC, datetime

from simulators.asset_files import Row
from simulators.history import Message
from simulators.recorded.recording import LONG_AGO


def message(council: str, device: str, model: str, at: datetime, seq: int, reading: str) -> Message:
    """A direct device's message; `reading` is the JSON of its reading."""
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    said = f'{{"model":"{model}","observed_at":"{stamp}Z","seq":{seq},"reading":{reading}}}'
    return f"streets/v1/{council}/{device}/up", said.encode(), at


def bin_rows(council: str, device: str, a_bin: Row, empty_mm: int, full_mm: int, report_every_s: int) -> tuple[Row, Row]:
    """The row of bins.csv, and the installation of its direct sensor."""
    installation = {
        "device": f"{council}/{device}", "model": "direct-bin", "bin_id": a_bin["bin_id"], "valid_from": LONG_AGO.isoformat(),
        "empty_mm": empty_mm, "full_mm": full_mm, "blind_zone_mm": 0, "max_range_mm": 4_000,
        "report_every_s": report_every_s, "swap_in_out": "false",
    }  # fmt: skip
    return a_bin, installation


def counter_installation(council: str, device: str, counter_id: str) -> Row:
    """The installation of a direct counter that reports once an hour."""
    return {
        "device": f"{council}/{device}", "model": "direct-counter", "counter_id": counter_id, "valid_from": LONG_AGO.isoformat(),
        "period_s": 3_600, "report_every_s": 3_600, "swap_in_out": "false",
    }  # fmt: skip


def hourly_count(council: str, device: str, ends: datetime, people: int) -> Message:
    """One hour's count, which ends at `ends`; the hour itself is the sequence number, so a repeated row is a repeat."""
    reading = f'{{"people_in":{people},"period_s":3600}}'
    return message(council, device, "direct-counter", ends, int(ends.timestamp()) // 3600, reading)
