"""From stored readings to reports, votes and offers, on a real database with the jobs' own rights."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streets.jobs.bins import tell_states
from streets.jobs.suitability import ends_of
from streets.rounds.demand import need
from streets.store import bins, installations, offers, overrides, rounds, suitability
from streets.store.changes import Told
from streets.store.suitability import Due
from tests.bins.street_of_bins import NOW, Street
from tests.suitability.fortnights import HOURS, depths
from tests.suitability.installed import HOUR, install, installation_of, judge, say

WEEK = timedelta(days=7)
LINER = [380 if hour % 4 == 2 else mm for hour, mm in enumerate(depths(rise_mm_per_h=4))]
GOOD = depths(HOURS)


def state_of(street: Street, bin_id: str) -> tuple[str, str | None, float | None]:
    (known,) = bins.now(street.conn, bin_id=bin_id)
    return known.state, known.reason, known.fill_pct


def votes(street: Street, installation_id: int) -> list[tuple[str, bool]]:
    """Verdict and vote of every report, the first first."""
    return [(one.verdict, one.vote) for one in reversed(suitability.reports(street.conn, installation_id))]


def test_a_sensor_that_fails_its_first_fortnight_loses_its_vote_and_a_good_one_keeps_it(street: Street) -> None:
    bad, good = install(street, "B1", LINER), install(street, "B2", GOOD)
    assert judge(street) == "2 reports on 2 sensors"
    assert (votes(street, bad), votes(street, good)) == ([("does_not_suit", False)], [("suits", True)])
    assert state_of(street, "B1") == ("not_measurable", "unsuitable", None)
    assert state_of(street, "B2")[0] == "measured"
    assert judge(street) == "0 reports on 0 sensors"


def test_before_its_first_fortnight_is_over_a_sensor_is_believed(street: Street) -> None:
    install(street, "B1", LINER[:-1])
    judge(street)
    assert state_of(street, "B1")[0] == "measured"
    (known,) = suitability.sensors(street.conn, "rivermouth", NOW)
    assert (known.verdict, known.vote, known.reported_until) == ("not_known_yet", True, None)


def test_a_bin_whose_sensor_lost_its_vote_is_visited_by_schedule_whatever_the_sensor_says(street: Street) -> None:
    """The sensor shows an emptying every 60 hours, the last 36 hours ago; the crew last emptied the bin three days ago."""
    sensor = install(street, "B1", GOOD)
    street.conn.execute("UPDATE bin SET visit_every_days = 2")
    overrides.tell(street.conn, sensor, False, "it sees another bin", "j.jones", NOW, NOW + WEEK)
    street.taps("B1", NOW - timedelta(days=3))
    judge(street)
    assert street.conn.execute("SELECT max(emptied_at) > %s FROM emptying", (NOW - timedelta(days=2),)).fetchone() == (True,)
    (known,) = rounds.bins(street.conn, "rivermouth", NOW.date(), NOW)
    assert known.last_emptied_at == NOW - timedelta(days=3)
    assert known.full_at is None
    told = need(known, NOW.date(), known.last_emptied_at.date(), NOW, NOW)
    assert (told.wanted, told.why, told.overflow) == (True, "scheduled_unsuitable", None)


def test_a_fire_is_told_also_by_a_sensor_without_a_vote(street: Street) -> None:
    install(street, "B1", LINER)
    street.conn.execute("UPDATE level_reading SET alarms = '{fire}' WHERE observed_at >= %s", (NOW - 4 * HOUR,))
    judge(street)
    assert state_of(street, "B1") == ("not_measurable", "fire", None)


def test_a_sensor_gets_its_vote_back_when_it_comes_half_of_the_way_and_not_before(street: Street) -> None:
    """Weekly fortnights: a quarter strays; then every ninth (0.11), which would not have taken the vote; then none."""
    ninth = [380 if hour % 9 == 4 else mm for hour, mm in enumerate(depths(rise_mm_per_h=4))]
    bad = install(street, "B1", [*LINER, *ninth, *GOOD], until=NOW + 4 * WEEK)
    for weeks in range(5):
        judge(street, NOW + weeks * WEEK)
    assert [verdict for verdict, _ in votes(street, bad)] == ["does_not_suit"] * 3 + ["suits_with_care", "suits"]
    assert [vote for _, vote in votes(street, bad)] == [False] * 3 + [True] * 2
    assert state_of(street, "B1")[0] == "measured"


def test_fortnights_missed_while_nothing_ran_are_judged_in_their_order_and_reports_stand(street: Street) -> None:
    bad = install(street, "B1", [*LINER, *GOOD], until=NOW)
    assert judge(street) == "3 reports on 1 sensors"
    first = suitability.reports(street.conn, bad)
    assert [one.ends_at for one in first] == [NOW, NOW - WEEK, NOW - 2 * WEEK]
    assert [one.trusted for one in first] == [False, False, True]
    judge(street, NOW + timedelta(days=6))
    assert suitability.reports(street.conn, bad) == first


def test_a_silent_sensor_neither_wins_nor_loses_its_vote(street: Street) -> None:
    bad = install(street, "B1", LINER)
    for weeks in range(3):
        judge(street, NOW + weeks * WEEK)
    assert votes(street, bad) == [("does_not_suit", False), ("does_not_suit", False), ("not_known_yet", False)]


def test_a_new_version_of_the_installation_is_believed_on_probation(street: Street) -> None:
    bad = install(street, "B1", LINER)
    judge(street)
    new = installations.new_version(street.conn, "rivermouth", bad, NOW - HOUR, {"blind_zone_mm": 200}, Told("j.jones", NOW))
    say(street, "B1", [700], NOW)
    judge(street, NOW)
    known = suitability.sensor(street.conn, "rivermouth", new, NOW)
    assert known is not None
    assert (known.verdict, known.vote) == ("not_known_yet", True)
    assert state_of(street, "B1")[0] == "measured"


def test_an_officers_word_stands_above_the_report_until_its_day(street: Street) -> None:
    bad, good = install(street, "B1", LINER), install(street, "B2", GOOD)
    judge(street)
    until = NOW + timedelta(days=3)
    overrides.tell(street.conn, bad, True, "checked by hand", "j.jones", NOW, until)
    overrides.tell(street.conn, good, False, "the crew says it is wrong", "j.jones", NOW, until)
    street.run_jobs()
    assert [state_of(street, bin_id)[:2] for bin_id in ("B1", "B2")] == [("measured", None), ("not_measurable", "unsuitable")]
    assert overrides.end(street.conn, good, "a.khan", NOW)
    street.run_jobs()
    assert state_of(street, "B2")[0] == "measured"
    street.conn.commit()
    with street.jobs.transaction() as conn:
        tell_states(conn, until)
    assert state_of(street, "B1")[:2] == ("not_measurable", "unsuitable")


def test_frames_that_never_came_and_crews_words_are_in_the_report(street: Street) -> None:
    """Ten a day missing of 24 + 10; a crew told twice what the sensor could be asked about, and took one word back."""
    good = install(street, "B1", GOOD)
    for day in range(14):
        street.conn.execute(
            "INSERT INTO frame_day (source, device, day, heard, missing) VALUES ('tts', 'dev-B1', %s, 24, 10)",
            ((NOW - timedelta(days=14 - day)).date() + timedelta(days=1),),
        )
    street.conn.execute("INSERT INTO vehicle VALUES ('V1', 'rivermouth', 'Van 1', 2000, '06:00', '14:00')")
    for sql in (
        "INSERT INTO round (round_id, council, service_date, vehicle_id, planned_at, planned_by, starts_at, ends_at, drive_s,"
        " distance_m, settings) VALUES (gen_random_uuid(), 'rivermouth', %(day)s, 'V1', %(at)s, 'x', %(at)s, %(at)s, 0, 0, '{}')",
        "INSERT INTO round_stop (stop_id, round_id, position, kind, bin_id, name, lat, lon, eta, leg_s, leg_m, why)"
        " SELECT gen_random_uuid(), round_id, 1, 'bin', 'B1', 'B1', 54, -1, %(at)s, 0, 0, 'on_the_way' FROM round",
        "INSERT INTO stop_event (event_id, stop_id, at, event, observed_fill, received_at, told_by)"
        " SELECT gen_random_uuid(), stop_id, %(at)s::timestamptz + n * interval '1 minute', event, fill, %(at)s, 'crew'"
        " FROM round_stop, (VALUES (0, 'not_full', 100), (1, 'undo', NULL), (2, 'not_full', 25)) AS told (n, event, fill)",
    ):
        street.conn.execute(sql, {"day": (NOW - timedelta(days=2)).date(), "at": NOW - timedelta(days=2)})
    judge(street)
    (told,) = suitability.reports(street.conn, good)
    assert told.loss_share == pytest.approx(10 / 34)
    assert told.frames_sent == 13 * 34, "of the days that were over"
    assert (told.fills_checked, told.cares) == (1, ["frames_lost"])


def test_a_wrong_empty_distance_is_offered_once_and_never_applied_by_itself(street: Street) -> None:
    """The record says 900; the bin just emptied reads 1100, the fill is -33 per cent then."""
    sensor = install(street, "B1", depths(3 * HOURS, emptied_every_h=48, empty_mm=1100))
    judge(street)
    (offered,) = offers.offers(street.conn, sensor)
    assert (offered.what, offered.present_mm, offered.state) == ("empty_mm", 900, "open")
    assert offered.learned_mm == pytest.approx(1100, abs=18)
    assert len(offered.seen_at) == len(offered.seen_mm) == offered.n >= 15
    assert street.conn.execute("SELECT DISTINCT empty_mm FROM installation").fetchall() == [(900,)]
    say(street, "B1", depths(7 * 24, emptied_every_h=48, empty_mm=1100), NOW)
    judge(street, NOW + WEEK)
    assert offers.offers(street.conn, sensor) == [offered], "figures that an officer looks at stand"


def test_what_was_refused_is_offered_again_only_when_the_sensor_says_something_else(street: Street) -> None:
    sensor = install(street, "B1", depths(HOURS, emptied_every_h=48, empty_mm=1100))
    judge(street)
    (offered,) = offers.offers(street.conn, sensor)
    assert offers.decide(street.conn, sensor, offered, "refused", "j.jones", NOW)
    assert not offers.decide(street.conn, sensor, offered, "accepted", "j.jones", NOW, NOW), "it was decided already"
    say(street, "B1", depths(7 * 24, emptied_every_h=48, empty_mm=1100), NOW)
    judge(street, NOW + WEEK)
    assert [one.state for one in offers.offers(street.conn, sensor)] == ["refused"]
    say(street, "B1", depths(7 * 7 * 24, emptied_every_h=48, empty_mm=1300), NOW + WEEK)
    judge(street, NOW + 8 * WEEK)
    newest, _ = offers.offers(street.conn, sensor)
    assert (newest.state, newest.learned_mm) == ("open", pytest.approx(1300, abs=18))


def test_an_accepted_record_holds_from_its_day_and_fills_are_derived_anew(street: Street) -> None:
    """At 1100 mm the record of 900 said (900 - 1100) / 6 = -33 per cent, the new one says 0."""
    sensor = install(street, "B1", depths(HOURS, emptied_every_h=48, empty_mm=1100, noise_mm=0))
    judge(street)
    since = NOW - timedelta(days=4)
    installations.new_version(street.conn, "rivermouth", sensor, since, {"empty_mm": 1100}, Told("j.jones", NOW), why="relearned")
    judge(street, NOW + timedelta(minutes=1))
    lowest = "SELECT round(min(fill_pct)) FROM bin_fill WHERE bin_id = 'B1' AND observed_at {} %s"
    assert street.conn.execute(lowest.format("<"), (since,)).fetchone() == (-33,)
    assert street.conn.execute(lowest.format(">="), (since,)).fetchone() == (0,)
    assert [one.state for one in offers.offers(street.conn, sensor)] == ["withdrawn"], "its record has ended"
    assert installation_of(street.conn, "B1") != sensor


def test_an_offer_is_withdrawn_when_the_record_is_put_right_otherwise(street: Street) -> None:
    sensor = install(street, "B1", depths(HOURS, emptied_every_h=48, empty_mm=1100))
    judge(street)
    street.conn.execute("UPDATE installation SET empty_mm = 1095")
    judge(street, NOW + HOUR)
    assert [one.state for one in offers.offers(street.conn, sensor)] == ["withdrawn"]


@given(hours=st.integers(0, 20_000), weeks_between=st.integers(0, 30), lasted_h=st.none() | st.integers(1, 20_000))
def test_every_week_that_ended_is_judged_once_however_seldom_the_job_runs(
    hours: int, weeks_between: int, lasted_h: int | None
) -> None:
    """From the fourteenth day of a version until its end; only what ended more than eight weeks before a run is left out."""
    began = NOW - hours * HOUR
    ended = None if lasted_h is None else began + lasted_h * HOUR
    told: list[datetime] = []
    for weeks in (weeks_between, 0):
        one = Due(1, 1, "dev", "B1", began, ended, 900, 300, 250, None, 3600, told[-1] if told else None, vote=True)
        told += ends_of(one, NOW - weeks * WEEK)
    until = NOW if ended is None else min(NOW, ended)
    assert all(until >= end >= began + 2 * WEEK and (end - began) % WEEK == timedelta(0) for end in told)
    due = [began + week * WEEK for week in range(2, (until - began) // WEEK + 1)]
    assert told == sorted(set(told))
    assert {end for end in due if end >= NOW - 8 * WEEK} <= set(told)
