"""What was published and is changed by late data says so; what trickles in before it is published does not."""

from datetime import timedelta

from streets.jobs.rounds import plan_rounds
from streets.store import revisions
from streets.store.revisions import Revision, Told, changed_emptyings
from tests.jobs.week import BIN_DEVICE, COUNTER_DEVICE, DAY, END, HOUR, Said, Town, said_by_bin, said_by_counter

MINUTE = timedelta(minutes=1)


def revised(town: Town) -> list[Revision]:
    with town.owner.transaction() as conn:
        return revisions.revisions(conn, END - 40 * DAY, END + 40 * DAY, 1000)


def test_an_hour_changed_after_it_was_published_tells_what_it_was_and_why(any_town: Town) -> None:
    any_town.hears([Said(COUNTER_DEVICE, END - HOUR, 50), Said(COUNTER_DEVICE, END, 120)])
    any_town.works(END + 16 * MINUTE)
    assert revised(any_town) == []
    # The other half of what the counter saw in that hour, told from its memory three hours later.
    any_town.does(
        "INSERT INTO count_reading (device_id, period_start, line, content, observed_at, received_at, time_source, period_s,"
        " people_in, people_out)"
        " VALUES (2, '2026-06-15T11:00Z', 2, 0, '2026-06-15T12:00Z', '2026-06-15T15:00Z', 'device', 3600, 30, 4)"
    )
    any_town.does("INSERT INTO touched VALUES (2, '2026-06-15T11:00Z')")
    any_town.works(END + 3 * HOUR)
    (one,) = revised(any_town)
    assert (one.kind, one.counter_id, one.place_id, one.concerns) == ("footfall_hour", "C1", "quay", END - HOUR)
    assert (one.was_people, one.people, one.revised_at, one.why) == (120, 154, END + 3 * HOUR, "late_data")
    assert any_town.all_of("SELECT people, revision FROM published_hour ORDER BY hour_start") == [(50, 0), (154, 1)]


def test_what_comes_within_a_quarter_of_an_hour_is_no_revision(plain_town: Town) -> None:
    plain_town.hears([Said(COUNTER_DEVICE, END - HOUR, 50)])
    plain_town.works(END + 14 * MINUTE)
    plain_town.hears([Said(COUNTER_DEVICE, END, 120)])
    plain_town.works(END + 15 * MINUTE)
    assert revised(plain_town) == []
    assert plain_town.all_of("SELECT people FROM published_hour ORDER BY hour_start") == [(50,), (120,)]


def test_an_hour_published_as_not_known_and_counted_late_is_a_revision(plain_town: Town) -> None:
    plain_town.hears([Said(COUNTER_DEVICE, END - 2 * HOUR, 50), Said(COUNTER_DEVICE, END, 70)])
    plain_town.works(END + HOUR)
    plain_town.hears([Said(COUNTER_DEVICE, END - HOUR, 60)])
    plain_town.works(END + 2 * HOUR)
    (one,) = revised(plain_town)
    assert (one.concerns, one.was_people, one.people) == (END - 2 * HOUR, None, 60)


def test_the_past_of_a_counter_that_was_never_published_is_no_revision(plain_town: Town) -> None:
    plain_town.hears([Said(COUNTER_DEVICE, END, 70)])
    plain_town.works(END + HOUR)
    plain_town.hears([Said(COUNTER_DEVICE, END - 5 * DAY, 60)])
    plain_town.works(END + 2 * HOUR)
    assert revised(plain_town) == []
    assert plain_town.all_of("SELECT people FROM published_hour ORDER BY hour_start") == [(60,), (70,)]


def test_a_corrected_record_is_a_revision_with_its_own_reason(plain_town: Town) -> None:
    """In and out were the wrong way round at the ends of a line that belongs to another counter from noon on."""
    plain_town.hears(said_by_counter())
    plain_town.works(END + HOUR)
    plain_town.does("UPDATE installation SET valid_to = '2026-06-15T11:00Z' WHERE counter_id = 'C1'")
    plain_town.does("INSERT INTO touched (device_id, since, why) VALUES (2, '2026-06-15T00:00Z', 'record_changed')")
    plain_town.works(END + HOUR)
    assert [(one.concerns, one.people, one.why) for one in revised(plain_town)] == [(END - HOUR, None, "record_changed")]


def test_an_emptying_that_late_readings_move_or_withdraw_is_a_revision(any_town: Town) -> None:
    """Of the emptying 4.5 days ago the readings around it come late: it had been told in the middle of the gap."""
    said = said_by_bin(days=8)
    emptied_at = next(
        one.at for one, before in zip(said[1:], said, strict=False) if one.figure < before.figure and one.at > END - 5 * DAY
    )
    late = [one for one in said if abs(one.at - emptied_at) <= 3 * HOUR]
    any_town.hears([one for one in said if one not in late])
    any_town.works()
    assert revised(any_town) == []
    any_town.hears(late)
    any_town.works(END + HOUR)
    (one,) = revised(any_town)
    assert (one.kind, one.bin_id, one.why, one.revised_at) == ("emptying", "B1", "late_data", END + HOUR)
    # The middle between the last full and the first empty reading, three hours apart.
    assert one.emptied_at == emptied_at - 1.5 * HOUR
    assert one.was_emptied_at != one.emptied_at
    shown = "SELECT emptied_at FROM {} WHERE emptied_at < '2026-06-13Z' ORDER BY 1"
    assert any_town.all_of(shown.format("published_emptying")) == any_town.all_of(shown.format("emptying"))


def test_readings_in_order_revise_nothing(plain_town: Town) -> None:
    said = said_by_bin(days=8)
    for one in said:
        plain_town.hears([one])
        plain_town.works(one.at)
    assert len(plain_town.all_of("SELECT FROM published_emptying")) >= 4
    assert revised(plain_town) == []


def test_emptyings_are_paired_by_the_nearest_within_six_hours() -> None:
    known = [Told(END, 80.0), Told(END + DAY, 70.0), Told(END + 2 * DAY, 60.0)]
    seen = [Told(END + HOUR, 80.0), Told(END + DAY, 70.2), Told(END + 2 * DAY + 7 * HOUR, 60.0)]
    assert changed_emptyings(known, seen) == [(known[0], seen[0]), (known[2], None), (None, seen[2])]


def test_late_data_leave_a_round_that_was_planned_alone(plain_town: Town) -> None:
    plain_town.hears(said_by_bin())
    plain_town.works()
    for statement in (
        "INSERT INTO vehicle VALUES ('V1', 'rivermouth', 'V1', 1000, '06:00', '14:00')",
        "INSERT INTO round (round_id, council, service_date, vehicle_id, planned_at, planned_by, starts_at, ends_at, drive_s,"
        " distance_m, settings) VALUES (gen_random_uuid(), 'rivermouth', '2026-06-15', 'V1', '2026-06-15T03:00Z', 'clock',"
        " '2026-06-15T05:00Z', '2026-06-15T09:00Z', 60, 900, '{}')",
        "INSERT INTO round_stop (stop_id, round_id, position, kind, bin_id, name, lat, lon, eta, leg_s, leg_m, why)"
        " SELECT gen_random_uuid(), round_id, 1, 'bin', 'B1', 'Quay', 54, -1, '2026-06-15T05:30Z', 9, 9, 'likely_full'"
        " FROM round",
    ):
        plain_town.does(statement)
    plan = "SELECT * FROM round JOIN round_stop USING (round_id)"
    before = plain_town.all_of(plan)
    plain_town.hears([Said(BIN_DEVICE, END - 4 * DAY + HOUR, 60)])
    plain_town.works()
    plan_rounds(plain_town.jobs, END)
    assert plain_town.all_of(plan) == before
