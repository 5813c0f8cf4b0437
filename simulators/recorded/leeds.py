"""Leeds City Council's street cameras: hourly counts by Europe/London's wall clock, in three spellings of the date.

The hour that the clocks repeat in autumn stands once in the file and is taken as the first of the two; repeated rows are
told again, as they stand. Locations have other names in the counts than in the list of cameras.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from simulators.asset_files import Row
from simulators.recorded import spoken, tables
from simulators.recorded.recording import Recording, RecordingError, Refusal, Window, in_order

HEADER = ("Date", "Hour", "LocationName", "InCount")
LOCATIONS = "leeds_camera_locations.csv"
LONDON = ZoneInfo("Europe/London")
DATE_SPELLINGS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%y")
CAMERAS = {
    "Briggate": ("Briggate", "briggate"),
    "BriggateAtMcDs": ("Briggate at McDonalds", "briggate"),
    "Headrow": ("Headrow", "headrow"),
    "DortmundSq": ("Dortmund Square", "dortmund-square"),
    "AlbionStNorth": ("Albion Street North", "albion-street"),
    "AlbionStSouth": ("Albion Street South", "albion-street"),
    "CommercialStLush": ("Commercial Street at Lush", "commercial-street"),
    "CommercialStBarratts": ("Commercial Street at Barratts", "commercial-street"),
}
"""Name in the counts: (name in the list of cameras, place)."""


def read(path: Path, council: str, window: Window) -> Recording:
    """The counts as messages of direct counters, one an hour. Raises RecordingError without the list of cameras."""
    recording = Recording(assets=_assets(tables.beside(path, LOCATIONS), council))
    for camera, starts, people in counts(path, window, recording.refused):
        recording.messages.append(spoken.hourly_count(council, device(camera), starts + timedelta(hours=1), people))
    recording.messages = in_order(recording.messages)
    return recording


def counts(path: Path, window: Window, refused: list[Refusal]) -> Iterator[tuple[str, datetime, int]]:
    """(camera, UTC begin of the hour, people) in the order of the file; rows that cannot be read are added to `refused`."""
    for line, cells in tables.rows(path):
        if line == 1:
            continue
        try:
            day, hour, camera, people = _row(cells)
            wall = day + timedelta(hours=hour)
            if window.holds(wall.replace(tzinfo=LONDON)):
                tables.utc_of(wall, LONDON)
                yield camera, tables.utc_of(wall + window.moved, LONDON), people
        except ValueError as wrong:
            refused.append(Refusal(path.name, line, str(wrong)))


def device(camera: str) -> str:
    """The name of a camera's device in its topic."""
    return f"leeds-{camera.lower()}"


def _row(cells: list[str]) -> tuple[datetime, int, str, int]:
    if len(cells) != len(HEADER):
        raise ValueError(f"{len(cells)} cells instead of {len(HEADER)}")
    date, hour, camera, people = (cell.strip() for cell in cells)
    if camera not in CAMERAS:
        raise ValueError(f"No camera is known as {camera!r}")
    if not hour.isdigit() or int(hour) > 23:
        raise ValueError(f"{hour!r} is not an hour from 0 to 23")
    if not people.isdigit():
        raise ValueError(f"{people!r} is not a count")
    return _date(date), int(hour), camera, int(people)


@lru_cache(maxsize=4096)
def _date(text: str) -> datetime:
    for spelling in DATE_SPELLINGS:
        try:
            return datetime.strptime(text, spelling)
        except ValueError:
            continue
    raise ValueError(f"{text!r} is not a date as 31/12/2014, 2014-12-31 or 31-Dec-14")


def _assets(locations: Path, council: str) -> dict[str, list[Row]]:
    at = {cells[2]: (cells[4], cells[3]) for _, cells in tables.rows(locations) if len(cells) == 5}
    counters: list[Row] = []
    installations: list[Row] = []
    for camera, (name, place) in CAMERAS.items():
        if name not in at:
            raise RecordingError(f"{locations.name} does not say where {name!r} stands")
        lat, lon = at[name]
        counter_id = f"leeds-{camera.lower()}"
        counters.append(
            {
                "counter_id": counter_id, "place_id": f"leeds-{place}", "place_name": place.replace("-", " ").title(),
                "name": name, "lat": lat, "lon": lon, "in_label": "past the camera",
            }
        )  # fmt: skip
        installations.append(spoken.counter_installation(council, device(camera), counter_id))
    return {"counters": counters, "installations": installations}
