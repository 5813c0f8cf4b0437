"""A fortnight of the simulated town on its way through ingest: its bad sensors are found, and no good one is failed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from simulators.bin_reports import BinReports
from simulators.days import Day
from simulators.faults import Faults
from simulators.litter import Litter
from simulators.rhythms import air_temperature_c
from simulators.town import Town, build_town
from streets.jobs.ledger import count_sent
from streets.jobs.suitability import report
from streets.store import suitability
from streets.store.database import Connection, Database

STARTS_AT = datetime(2026, 5, 18, tzinfo=UTC)
ENDS_AT = STARTS_AT + timedelta(days=14)


def some_of(town: Town) -> Town:
    """The town with every bin whose sensor has a fault, and a third of the others."""
    ill = {fault.device for fault in town.faults}
    chosen = [one for place, one in enumerate(town.bins) if one.device and (one.device.name in ill or place % 3 == 0)]
    return replace(town, bins=tuple(chosen))


def furnish(conn: Connection, town: Town) -> None:
    """Every bin of the town and its sensor, by the town's own records."""
    conn.execute("INSERT INTO council (council, name) VALUES (%s, %s)", (town.council, town.name))
    with conn.cursor() as cursor:
        for a_bin in town.bins:
            if a_bin.device is None:
                continue
            device, mounting = a_bin.device, a_bin.mounting
            cursor.execute(
                "INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l) VALUES (%s, %s, %s, 54.5, -1.5, %s)",
                (a_bin.bin_id, town.council, a_bin.name, a_bin.capacity_l),
            )
            name = device.full_name(town.council)
            cursor.execute("INSERT INTO device (device, council, model) VALUES (%s, %s, %s)", (name, town.council, device.model))
            cursor.execute(
                "INSERT INTO installation"
                " (device_id, bin_id, valid_from, empty_mm, full_mm, blind_zone_mm, max_range_mm, report_every_s)"
                " SELECT device_id, %s, %s, %s, %s, %s, %s, %s FROM device WHERE device = %s",
                (
                    a_bin.bin_id, STARTS_AT, mounting.empty_mm, mounting.full_mm, mounting.blind_zone_mm, mounting.max_range_mm,
                    device.report_every_s, name,
                ),
            )  # fmt: skip


def messages(town: Town) -> list[Message]:
    """What the bins' sensors send in the fortnight, by the time it is received."""
    litter, reports, sent = Litter(town.seed, town.bins), BinReports(town.seed, town.council, Faults(town.faults)), []
    for number in range(14):
        midnight = STARTS_AT + timedelta(days=number)
        day = Day(number, midnight, air_temperature_c(town.seed, midnight, np.arange(24.0)))
        today = litter.next_day(number, midnight)
        for a_bin in town.bins:
            if a_bin.device is not None:
                sent += reports.of_day(a_bin, a_bin.device, today[a_bin.bin_id], day)
    return [Message(topic, body, datetime.fromtimestamp(at, UTC)) for at, topic, body in sorted(sent, key=lambda each: each[0])]


def test_the_towns_bad_sensors_are_found_and_no_good_one_is_failed(
    database: Database, open_database: Callable[[str], Database]
) -> None:
    """Faults that last begin on the second to the fifth day, so that they hold for nine to twelve of fourteen."""
    town = some_of(build_town(7, STARTS_AT))
    with database.transaction() as conn:
        furnish(conn, town)
    registry = Registry()
    ingest, jobs = open_database("streets_ingest"), open_database("streets_jobs")
    with ingest.transaction() as conn:
        registry.refresh(conn)
    keep_messages(ingest, registry, messages(town))
    with jobs.transaction() as conn:
        count_sent(conn, ENDS_AT)
    while not report(jobs, ENDS_AT).startswith("0 reports"):
        pass
    with jobs.transaction() as conn:
        told = {one.device: one for one in suitability.sensors(conn, town.council, ENDS_AT)}
    lasting = {fault.device: fault.kind for fault in town.faults if fault.until_day is None}
    passing = {fault.device for fault in town.faults} - lasting.keys()
    found = defaultdict(list)
    for device in town.devices:
        one = told.get(device.full_name(town.council))
        if one is not None and device.name not in passing:
            found[lasting.get(device.name, "good")].append((one.verdict, *one.failed))
    assert found["no_echo"] == [("does_not_suit", "invalid_echoes")] * 2
    assert found["stuck"] == [("does_not_suit", "stuck")] * 3
    assert found["tilted"] == [("does_not_suit", "tilted")] * 2
    assert found["silent"] == [("not_known_yet", "too_few_days")] * 4, "it was heard on four or five days"
    assert {verdict for verdict, *_ in found["garbage"]} <= {"suits", "suits_with_care"}, "one broken frame a day is no loss"
    assert len(found["good"]) > 60
    assert {verdict for verdict, *_ in found["good"]} <= {"suits", "suits_with_care"}
    assert sum(verdict == "suits" for verdict, *_ in found["good"]) >= 0.95 * len(found["good"])
    assert not any(one.offers for one in told.values() if one.vote), "no record of the town is wrong"
