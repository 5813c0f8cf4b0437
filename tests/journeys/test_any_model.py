"""One device of every model that speaks, for two days: by a real broker into a real database, each heard as what it is."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from sensors.readings import LevelReading
from simulators import networks
from simulators.encoders import speaker, speakers
from simulators.fleet import build_fleet, order_of
from simulators.history import messages
from simulators.town import Town, write_files
from streets import clock
from streets.assets.kinds import Kind
from streets.settings import Settings
from streets.store.assets import add_council
from streets.store.changes import Told
from streets.store.database import Database
from streets.store.imports import import_file
from tests.journeys.conftest import House

TODAY = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
SUNDAY = TODAY - timedelta(days=7 + (TODAY.weekday() + 1) % 7)  # phones tell their week's coverage on Monday
MONDAY = SUNDAY + timedelta(days=1)
HEARD = """
    SELECT d.device, count(l.observed_at) + (SELECT count(*) FROM count_reading AS c WHERE c.device_id = d.device_id
                                             AND c.observed_at >= %(start)s AND c.observed_at < %(end)s)
    FROM device AS d
    LEFT JOIN level_reading AS l ON l.device_id = d.device_id AND l.observed_at >= %(start)s AND l.observed_at < %(end)s
    GROUP BY d.device_id
"""


def bring_in(open_database: Callable[[str], Database], town: Town, folder: Path) -> None:
    """Import the fleet's bins, counters and devices, as its council would."""
    write_files(folder, town)
    with open_database("streets_officer").transaction() as conn:
        add_council(conn, town.council, town.name, town.name_cy)
        for kind in (Kind.BINS, Kind.COUNTERS, Kind.INSTALLATIONS):
            import_file(conn, town.council, kind, (folder / f"{kind}.csv").read_bytes(), Told("tests", clock.now()))


def readings_a_day(model: str) -> int:
    """How many readings of Sunday a device of a model comes to.

    A level is told every hour. A quarter of an hour's count is told after it has ended, so that the last of Sunday is
    Monday's; counters with totals in a frame of their own tell them after every full hour, the last after midnight.
    """
    if speaker(model).measures is LevelReading:
        return 24
    return 95 + (23 if speaker(model).hourly else 0)


def test_a_device_of_every_model_is_heard_in_all_it_says(
    settings: Settings, open_database: Callable[[str], Database], tmp_path: Path
) -> None:
    # LoRaWAN models are spread over all the networks; one more device sends a broken frame a day.
    carried = zip(cycle(networks.LORAWAN), [model for model, each in speakers().items() if not each.is_asked], strict=False)
    orders = [f"{model},{network}" if speaker(model).port else model for network, model in carried]
    town = build_fleet(1, SUNDAY, [order_of(words) for words in (*orders, "em310-udl,garbage")])
    bring_in(open_database, town, tmp_path)
    house = House(settings, open_database)
    with house.listening():
        house.tell(*((topic, message) for topic, message, _ in messages(town, SUNDAY, MONDAY + timedelta(days=1))))
    rejects = json.loads(house.command("rejects", "list", "--json").stdout)
    broken = town.bins[-1].device
    assert broken is not None
    assert {(reject["reason"], reject["device"]) for reject in rejects} == {("undecodable", broken.name)}
    assert len(rejects) == 2
    with open_database("streets_api").transaction() as conn:
        heard = dict(conn.execute(HEARD, {"start": SUNDAY, "end": MONDAY}).fetchall())
        told_by_phones = [conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("bump", "coverage")]  # noqa: S608
    expected = {device.full_name(town.council): readings_a_day(device.model) for device in town.devices}
    expected[broken.name] -= 1
    assert {device: count for device, count in heard.items() if device in expected} == expected
    assert all(told_by_phones)
