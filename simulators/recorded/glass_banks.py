"""Glass banks of a German city: a distance an hour, as direct bins. Nobody published where they stand or how deep they are.

190 cm and 254 cm and above are bad echoes, as is 0; temperature and tilt are bytes, and above 127 mean a negative number.
"""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from simulators.asset_files import Row
from simulators.recorded import spoken
from simulators.recorded.recording import Recording, RecordingError, Window, in_order

COLUMNS = ("deveui", "unix_ms", "height_cm", "temperature_raw_c", "tilt_deg", "voltage_mv", "tx_event")
BAD_ECHO_CM, NO_ECHO_FROM_CM = 190, 254
FULL_MM = 200
"""Taken as the distance of a full bank: the sensors seldom see less."""
CAPACITY_L, VISIT_EVERY_DAYS = 2_500, 14
UNKNOWN_LAT, UNKNOWN_LON, APART_DEGREES = 54.0, 7.5, 0.01
"""Their places are not published: they are put in a row in the German Bight, where nobody takes them for real."""


def read(path: Path, council: str, window: Window) -> Recording:
    """The readings as messages of direct bins. Raises RecordingError for a file with other columns."""
    columns = _columns(path)
    said: dict[str, list[int]] = {}
    recording = Recording(assets={"bins": [], "installations": []})
    for deveui, unix_ms, height_cm, temperature, tilt, voltage_mv, event in zip(*columns, strict=True):
        at = datetime.fromtimestamp(unix_ms / 1000, UTC)
        if not window.holds(at):
            continue
        device = f"glass-{deveui.lower()}"
        if not _is_bad_echo(height_cm):
            said.setdefault(device, []).append(height_cm)
        reading = _reading(height_cm, temperature, tilt, voltage_mv)
        recording.messages.append(spoken.message(council, device, "direct-bin", at + window.moved, event, reading))
    for number, (device, heights_cm) in enumerate(sorted(said.items())):
        a_bin, installation = _assets(council, device, number, heights_cm)
        recording.assets["bins"].append(a_bin)
        recording.assets["installations"].append(installation)
    recording.messages = in_order(recording.messages)
    return recording


def _columns(path: Path) -> list[list[int]]:
    from pyarrow import ArrowInvalid, parquet

    try:
        table = parquet.read_table(path, columns=list(COLUMNS))
    except ArrowInvalid as wrong:
        raise RecordingError(f"{path.name} cannot be read as Parquet: {wrong}") from wrong
    missing = set(COLUMNS) - set(table.column_names)
    if missing:
        raise RecordingError(f"{path.name} has no column {', '.join(sorted(missing))}")
    return [table.column(name).to_pylist() for name in COLUMNS]


def _is_bad_echo(height_cm: int) -> bool:
    return height_cm <= 0 or height_cm == BAD_ECHO_CM or height_cm >= NO_ECHO_FROM_CM


def _signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


def _reading(height_cm: int, temperature: int, tilt: int, voltage_mv: int) -> str:
    level = '"cannot_measure":"no_echo"' if _is_bad_echo(height_cm) else f'"distance_mm":{height_cm * 10}'
    return f'{{{level},"temperature_c":{_signed(temperature)},"tilt_deg":{abs(_signed(tilt))},"battery_mv":{voltage_mv}}}'


def _assets(council: str, device: str, number: int, heights_cm: list[int]) -> tuple[Row, Row]:
    empty_mm = max(FULL_MM + 100, round(float(np.percentile(heights_cm, 98)) * 10))
    place = {"lat": UNKNOWN_LAT, "lon": round(UNKNOWN_LON + number * APART_DEGREES, 4)}
    name = f"Glass bank {number + 1} (place not published)"
    a_bin = {"bin_id": device, "name": name, **place, "capacity_l": CAPACITY_L, "visit_every_days": VISIT_EVERY_DAYS}
    return spoken.bin_rows(council, device, a_bin, empty_mm, FULL_MM, 3_600)
