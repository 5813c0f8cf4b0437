"""Each kind of counter, by the bytes it sends: what arrives is heard, told by the job, and comes out as the hours of its post."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from struct import pack
from typing import Any

import pytest

from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from streets.jobs.footfall import tell_hours
from streets.store.database import Database
from tests.footfall.street import HOUR
from tests.ingest.arrivals import NOON, found, tts

EUI = "24e124790e0000ff"
MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE
HOURS = (
    "SELECT extract(hour FROM hour_start AT TIME ZONE 'UTC')::integer, people_in, people_out, estimated_people, covered_s,"
    " estimated_s, gap_s, gap_why FROM counter_hour ORDER BY hour_start"
)


class Post:
    """One counter of a model, and what it said; the database acts with the rights of ingest and of the jobs."""

    def __init__(self, owner: Database, ingest: Database, jobs: Database) -> None:
        self.owner, self.ingest, self.jobs = owner, ingest, jobs
        self.frames = 0

    def stands(self, model: str, every_s: int = 900, period_s: int | None = 900) -> None:
        with self.owner.transaction() as conn:
            conn.execute("INSERT INTO council (council, name) VALUES ('rivermouth', 'Rivermouth')")
            conn.execute("INSERT INTO place (place_id, council, name, lat, lon) VALUES ('quay', 'rivermouth', 'Quay', 55, -1.6)")
            conn.execute(
                "INSERT INTO counter VALUES ('C1', 'rivermouth', 'quay', 'Gate', 55, -1.6, NULL, 'to the quay', 'to town')"
            )
            conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', %s)", (EUI, model))
            conn.execute(
                "INSERT INTO installation (device_id, counter_id, valid_from, period_s, report_every_s)"
                " SELECT device_id, 'C1', '2026-01-01Z', %s, %s FROM device",
                (period_s, every_s),
            )

    def frame(self, at: datetime, payload: bytes, port: int = 85) -> Message:
        self.frames += 1
        return tts(payload, self.frames, at, EUI, port=port)

    def hears(self, said: Sequence[Message]) -> None:
        assert keep_messages(self.ingest, Registry(), said).rejected == 0
        tell_hours(self.jobs, NOON + 12 * HOUR)

    def hours(self) -> list[tuple[Any, ...]]:
        """Hour, in, out, of these estimated, seconds counted, estimated and not known, why."""
        return found(self.owner, HOURS)

    def found(self) -> list[tuple[Any, ...]]:
        return found(self.owner, "SELECT kind, by_periods, by_totals FROM count_finding ORDER BY until, kind")


@pytest.fixture
def post(database: Database, open_database: Any) -> Post:
    return Post(database, open_database("streets_ingest"), open_database("streets_jobs"))


def people_xl(total_in: int, total_out: int, flags: int = 0) -> bytes:
    return pack(">IIB", total_in, total_out, flags)


def test_a_counter_that_sends_totals_alone_has_hours(post: Post) -> None:
    """Terabee L-XL, a frame every ten minutes: 7 in and 3 out in each, from 12:00 to 14:00, and the wrap of 2**32 on the way."""
    post.stands("people-flow-counting-l-xl", every_s=600, period_s=None)
    first_in = 2**32 - 20
    totals = [((first_in + 7 * n) % 2**32, 3 * n) for n in range(13)]
    post.hears([post.frame(NOON + n * 10 * MINUTE, people_xl(*both), 1) for n, both in enumerate(totals)])
    assert post.hours() == [(12, 42, 18, 0, 3600, 0, 0, None), (13, 42, 18, 0, 3600, 0, 0, None)]
    # 20 = 2 x 7 + 6: the third frame's register has wrapped to 1; of 7 in and 3 out nobody is lost.
    assert post.found() == [("wrapped", None, 10)]


def test_a_stopped_counter_is_a_gap_from_the_frame_before_to_the_frame_after(post: Post) -> None:
    post.stands("people-flow-counting-l-xl", every_s=600, period_s=None)
    flags = {3: 1, 4: 2}
    frames = [post.frame(NOON + n * 10 * MINUTE, people_xl(7 * n, 0, flags.get(n, 0)), 1) for n in range(7)]
    post.hears(frames)
    # Gaps: 20 to 30, 30 to 40 and 40 to 50 minutes past, at whose ends it was stopped or stuck; 3 x 7 in the others.
    assert post.hours() == [(12, 21, 0, 0, 1800, 0, 1800, "stuck")]


def test_lost_frames_of_a_counter_with_totals_are_spread_over_the_hours_and_say_so(post: Post) -> None:
    """12:30 and 14:30 arrive, nothing between: 240 in and 60 out in 120 minutes, of which 30, 60 and 30 lie in three hours."""
    post.stands("people-flow-counting-l-xl", every_s=600, period_s=None)
    said = [(NOON, 0, 0), (NOON + 10 * MINUTE, 5, 5), (NOON + 20 * MINUTE, 6, 6), (NOON + 30 * MINUTE, 10, 10)]
    post.hears([post.frame(at, people_xl(*both), 1) for at, *both in [*said, (NOON + 150 * MINUTE, 250, 70)]])
    assert post.hours() == [
        (12, 10 + 60, 10 + 15, 75, 1800, 1800, 0, None),
        (13, 120, 30, 150, 0, 3600, 0, None),
        (14, 60, 15, 75, 0, 1800, 0, None),
    ]


def vs350(period: tuple[int, int], totals: tuple[int, int]) -> bytes:
    return bytes.fromhex("017564") + b"\x04\xcc" + pack("<HH", *totals) + b"\x05\xcc" + pack("<HH", *period)


def stored(at: datetime, period: tuple[int, int]) -> bytes:
    return b"\x20\xce" + pack("<IBHH", int(at.timestamp()), 0, *period)


def test_a_vs350_counts_each_quarter_once_live_and_again_from_memory_by_its_own_clock(post: Post) -> None:
    """Totals of 16 bits wrap between 12:15 and 12:30. The device's clock is four seconds ahead of the network's."""
    post.stands("vs350")
    live = [
        post.frame(NOON + (n + 1) * QUARTER, vs350((10, 5), ((65_510 + 10 * (n + 1)) % 65_536, 5 * (n + 1)))) for n in range(4)
    ]
    ahead = timedelta(seconds=4)
    again = b"".join(stored(NOON + (n + 1) * QUARTER + ahead, (10, 5)) for n in range(4))
    post.hears([live[0], live[3], live[1], live[2], post.frame(NOON + 2 * HOUR, again)])
    assert [row[:4] for row in post.hours()] == [(12, 40, 20, 0)]
    # 65,530 at half past twelve, 4 a quarter of an hour later.
    assert post.found() == [("wrapped", None, 15)]


def test_a_lost_quarter_of_a_vs350_is_told_by_its_totals_as_an_estimate(post: Post) -> None:
    post.stands("vs350")
    kept = {0: (10, 5), 1: (10, 5), 3: (10, 5)}
    post.hears([post.frame(NOON + (n + 1) * QUARTER, vs350(both, (100 + 10 * n, 5 * n))) for n, both in kept.items()])
    # Totals of 110 and 130: 20 between, of which 10 in the last quarter; 10 and 5 in the lost one.
    assert post.hours() == [(12, 40, 20, 15, 2700, 900, 0, None)]


def test_a_weekly_reset_is_learned_and_then_no_longer_taken_for_a_wrap(post: Post) -> None:
    """Set to 0 every Monday at 12:05. Twice from low totals, which cannot be a wrap; then from 60,000, which could."""
    post.stands("vs350", every_s=600, period_s=None)
    week = timedelta(weeks=1)
    said = []
    for weeks_ago, before in ((2, 9_000), (1, 8_000), (0, 60_000)):
        monday = NOON - weeks_ago * week
        said += [post.frame(monday, totals_16(before)), post.frame(monday + 10 * MINUTE, totals_16(30))]
        said += [post.frame(monday + 20 * MINUTE, totals_16(70))]
    post.hears(said)
    resets = [row for row in post.found() if row[0] == "reset"]
    assert len(resets) == 3
    # By then it is known: 30 since the reset; a wrap would have made 5,566 of it.
    assert post.hours()[-1][:4] == (12, 30 + 40, 0, 30)


def totals_16(total_in: int) -> bytes:
    return b"\x04\xcc" + pack("<HH", total_in, 0)


def vs133(line: int, period: tuple[int, int] | None, totals: tuple[int, int] | None) -> bytes:
    told = b"" if period is None else bytes([3 * line + 2, 0xCC]) + pack("<HH", *period)
    if totals is not None:
        told += pack("<BBI", 3 * line, 0xD2, totals[0]) + pack("<BBI", 3 * line + 1, 0xD2, totals[1])
    return told


def test_a_vs133_tells_periods_and_totals_in_frames_apart_and_a_lost_period_is_repaired(post: Post) -> None:
    """Two seconds lie between the two frames. Of 12:30 the period alone is lost; of 13:00 the totals disagree by 9."""
    post.stands("vs133")
    said = [post.frame(NOON, vs133(1, None, (1_000, 500)))]
    for n in (1, 2, 3, 4):
        at = NOON + n * QUARTER
        beyond = 9 if n == 4 else 0
        said.append(post.frame(at, vs133(1, None, (1_000 + 8 * n + beyond, 500 + 4 * n))))
        if n != 2:
            said.append(post.frame(at + timedelta(seconds=2), vs133(1, (8, 4), None)))
    post.hears(said)
    ((hour, people_in, people_out, estimated, *_),) = post.hours()
    assert (hour, people_in, people_out, estimated) == (12, 4 * 8, 4 * 4, 0)
    assert found(post.owner, "SELECT people_in, people_out FROM count_interval WHERE known = 'from_totals'") == [(8, 4)]
    assert post.found() == [("totals_disagree", 12, 21)]


def pcr2(period: tuple[int, int], totals: tuple[int, int]) -> bytes:
    return bytes.fromhex("BE0104") + pack(">HHHHHHh", *period, *totals, 3_900, 120, 215)


def test_a_pcr2_wraps_and_begins_again_with_its_power(post: Post) -> None:
    """65,530 wraps to 4. After 12:45 it lost power, joined again and began at 0: 6 of the 10 of that quarter came after."""
    post.stands("pcr2")
    totals = [(65_520, 50), (65_530, 55), (4, 60), (14, 65), (6, 2)]
    said = [post.frame(NOON + n * QUARTER, pcr2((10, 5), both), 14) for n, both in enumerate(totals)]
    post.hears(said)
    assert [row[:4] for row in post.hours()] == [(11, 10, 5, 0), (12, 40, 20, 0)]
    assert post.found() == [("wrapped", None, 15), ("reset", None, 8)]


def imbuildings(period: tuple[int, int], totals: tuple[int, int], frames: int) -> bytes:
    head = bytes([2, 6]) + bytes(8) + b"\x00" + pack(">H", 300)
    return head + pack(">HH", *period) + b"\x00" + pack(">HH", *totals) + bytes([frames])


def test_imbuildings_u16_totals_tell_what_its_lost_frames_counted(post: Post) -> None:
    post.stands("imbuildings-people-counter")
    said = [post.frame(NOON + n * QUARTER, imbuildings((6, 2), ((65_530 + 6 * n) % 65_536, 2 * n), n), 1) for n in (0, 1, 4)]
    post.hears(said)
    # In the hour four times 6 and 2, of which two quarters of an hour were lost: 12 and 4.
    assert [row[:6] for row in post.hours() if row[0] == 12] == [(12, 24, 8, 16, 1800, 1800)]


def test_a_join_before_a_fall_is_a_reset_where_it_could_be_a_wrap(post: Post, database: Database) -> None:
    """From 65,000 to 20: a wrap would be 556 people. The device joined anew four minutes before, so that 20 passed since."""
    post.stands("imbuildings-people-counter", every_s=600, period_s=None)
    variant_7 = [(NOON, 64_990), (NOON + 10 * MINUTE, 65_000), (NOON + 20 * MINUTE, 20)]
    said = [post.frame(at, totals_of_variant_7(total), 1) for at, total in variant_7]
    post.hears(said)
    assert post.hours()[0][1] == 10 + 556
    with database.transaction() as conn:
        conn.execute(
            "INSERT INTO uplink (device, session, f_cnt, source, kind, payload, observed_at, time_source, received_at, device_id,"
            " readings) SELECT device, 'new', 0, 'tts', 'join', '', %(at)s, 'network', %(at)s, device_id, 0 FROM device",
            {"at": NOON + 16 * MINUTE},
        )
        conn.execute("UPDATE progress SET until = %s WHERE what = 'restarts_noted'", (NOON,))
    tell_hours(post.jobs, NOON + 13 * HOUR)
    # Not known: six minutes from the last frame to the join. Estimated: the four minutes since.
    assert post.hours() == [(12, 10 + 20, 0, 20, 600, 240, 360, "reset")]


@pytest.mark.parametrize("said", ["ff0bff", "fffe01", "ff0bffff0101ff166600c12345670001ff090100ff1f01010000ff0f00fffe01ffff0100"])
def test_a_vs350_that_says_it_was_switched_on_or_reset_did_not_wrap(said: str, post: Post) -> None:
    """From 65,000 to 20: a wrap would be 556 people. It was switched on four minutes before, so that 20 passed since."""
    post.stands("vs350", every_s=600, period_s=None)
    told = [(NOON, totals_16(64_990)), (NOON + 10 * MINUTE, totals_16(65_000)), (NOON + 20 * MINUTE, totals_16(20))]
    frames = [post.frame(at, payload) for at, payload in told]
    post.hears(frames)
    assert post.hours()[0][1] == 10 + 556
    # It comes late, by a back-fill: what was taken for a wrap is looked at again.
    post.hears([post.frame(NOON + 16 * MINUTE, bytes.fromhex(said))])
    assert post.hours() == [(12, 10 + 20, 0, 20, 600, 240, 360, "reset")]


def test_a_total_that_goes_on_after_power_on_was_not_reset(post: Post) -> None:
    """Some keep their totals without power: 100 and 130 are 30 people, whatever happened in between."""
    post.stands("vs350", every_s=600, period_s=None)
    switched_on = post.frame(NOON + 6 * MINUTE, bytes.fromhex("ff0bff"))
    post.hears([post.frame(NOON, totals_16(100)), switched_on, post.frame(NOON + 10 * MINUTE, totals_16(130))])
    assert post.hours()[0][1] == 30


def totals_of_variant_7(total: int) -> bytes:
    return bytes([2, 7]) + bytes(8) + b"\x00" + pack(">HH", total, 0)
