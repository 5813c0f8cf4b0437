"""The ledger against what devices really did: to the message, whatever happens on the way."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.refused import bounds
from ingest.refused.replay import replay_wanted
from ingest.registry import Registry
from ingest.tally import Tally
from streets.accounts.frames import count_frames
from streets.accounts.ledger import FIRST, LAST, LedgerLine, read_ledger
from streets.store import ledger, retention
from streets.store.database import Database
from streets.store.rejects import Wanted
from tests.ingest.arrivals import BIN_EUI, COUNTER, NOON, bump, count, level

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TODAY = NOON.date()
Keep = Callable[..., Tally]


def lines(database: Database, first: date = FIRST, last: date = LAST) -> dict[tuple[int, str], LedgerLine]:
    """The ledger by day of the month and device; it must balance, and agree with what is stored."""
    with database.transaction() as conn:
        told = read_ledger(conn, first, last)
        assert told.faults + ledger.differences(conn, first, last) == []
    return {(line.day.day, line.device): line for line in told.lines if line.day}


def run_job(database: Database) -> None:
    with database.transaction() as conn:
        count_frames(conn)


def frames(line: LedgerLine) -> tuple[int | None, int | None, int | None]:
    return line.sent, line.heard, line.missing


def test_a_frame_filled_in_later_is_no_longer_missing_on_its_day_and_received_on_the_day_it_came(
    database: Database, keep: Keep
) -> None:
    keep(level(f_cnt=1, at=NOON), level(f_cnt=3, at=NOON + 2 * HOUR), level(f_cnt=4, at=NOON + DAY))
    run_job(database)
    assert frames(lines(database)[2, BIN_EUI]) == (3, 2, 1)
    late = replace(level(f_cnt=2, at=NOON + HOUR), received_at=NOON + 3 * DAY)
    keep(late)
    for _before_and_after_the_job in range(2):
        now = lines(database)
        assert (frames(now[2, BIN_EUI]), now[2, BIN_EUI].received) == ((3, 3, 0), 2)
        assert (frames(now[5, BIN_EUI]), now[5, BIN_EUI].received) == ((None, None, None), 1)
        run_job(database)
    keep(replace(late, received_at=NOON + 4 * DAY))
    assert lines(database)[6, BIN_EUI].duplicate == 1, "once by webhook, once by back-fill"


def test_a_silent_day_has_a_line_and_its_frames_are_missing_on_it(database: Database, keep: Keep) -> None:
    keep(level(f_cnt=0, at=NOON), level(f_cnt=72, at=NOON + 3 * DAY))
    silent = lines(database)[3, BIN_EUI]
    assert (frames(silent), silent.received, silent.council) == ((24, 0, 24), 0, "rivermouth")


def test_what_was_counted_stays_when_the_raw_frames_have_gone(
    database: Database, keep: Keep, open_database: Callable[[str], Database]
) -> None:
    keep(level(f_cnt=1, at=NOON), level(f_cnt=4, at=NOON + HOUR), level(f_cnt=6, at=NOON + 2 * DAY))
    jobs = open_database("streets_jobs")
    with jobs.transaction() as conn:
        count_frames(conn)
        retention.delete_raw(conn, NOON + DAY)
    before = lines(database)
    assert [frames(line) for line in before.values()] == [(4, 2, 2), (1, 0, 1), (1, 1, 0)]
    keep(level(f_cnt=8, at=NOON + 3 * DAY))
    run_job(database)
    keep(level(f_cnt=9, at=NOON + 3 * DAY + HOUR))
    after = lines(database)
    assert [frames(line) for line in after.values()] == [(4, 2, 2), (1, 0, 1), (1, 1, 0), (3, 2, 1)]


def test_a_refused_frame_was_not_lost_and_its_replay_changes_only_what_it_counts_as(
    database: Database, ingest: Database, keep: Keep
) -> None:
    keep(level(f_cnt=1), level(f_cnt=2, port=9, at=NOON + HOUR), level(f_cnt=3, at=NOON + 2 * HOUR))
    line = lines(database)[2, BIN_EUI]
    assert (frames(line), line.rejected) == ((3, 3, 0), 1)
    # The council's code was mistyped for an hour: its counter was a stranger.
    with database.transaction() as conn:
        conn.execute("UPDATE device SET device = 'rivermuoth/gate-1' WHERE device = %s", (COUNTER,))
    keep_messages(ingest, Registry(), [count(seq=7), count(seq=8, at=NOON + HOUR)])
    run_job(database)
    stranger = lines(database)[2, COUNTER]
    assert (frames(stranger), stranger.rejected, stranger.council) == ((2, 2, 0), 2, None)
    with database.transaction() as conn:
        conn.execute("UPDATE device SET device = %s WHERE device = 'rivermuoth/gate-1'", (COUNTER,))
    list(replay_wanted(ingest, Registry(), Wanted(reason="unknown_device"), NOON + DAY))
    known = lines(database)[2, COUNTER]
    assert (frames(known), known.received, known.stored, known.rejected) == ((2, 2, 0), 2, 2, 0)


def test_a_storm_of_invented_names_makes_few_lines_and_still_balances(database: Database, ingest: Database, keep: Keep) -> None:
    def invented(first: int, many: int) -> list[Message]:
        return [level(device=f"{n:016x}") for n in range(first, first + many)]

    keep(*invented(0, 60), level(), bump())
    keep(*invented(30, 90), level(port=9))
    with database.transaction() as conn:
        conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', 'em310-udl')", (f"{119:016x}",))
        conn.execute(
            "INSERT INTO installation (device_id, valid_from, bin_id, empty_mm, full_mm)"
            " SELECT device_id, '2020-01-01Z', 'B1', 1200, 300 FROM device WHERE device = %s",
            (f"{119:016x}",),
        )
    told = lines(database)
    assert len(told) == ledger.STRANGERS_NAMED + 3  # and the bin's, the phones' and the line without a name
    assert sum(line.received for line in told.values()) == 60 + 2 + 90 + 1
    assert (told[2, ""].received, told[2, ""].rejected) == (20, 20)
    assert (told[2, BIN_EUI].stored, told[2, BIN_EUI].rejected) == (1, 1)
    # One of those without a line turns out to be ours: its message leaves the line without a name.
    tried = [each for chunk in replay_wanted(ingest, Registry(), Wanted(reason="unknown_device"), NOON) for each in chunk]
    assert [each.reject.device for each in tried if each.is_kept] == [f"{119:016x}"]
    told = lines(database)
    assert (told[2, ""].received, told[2, f"{119:016x}"].stored) == (19, 1)


def test_consumers_that_count_on_the_same_lines_at_once_do_not_wait_for_each_other_in_a_ring(
    database: Database, ingest: Database
) -> None:
    names = [f"{n:016x}" for n in range(40)]
    tallies = [ledger.Tally(ledger.Line(TODAY, "tts", name), 1, 0, 0, Counter(bad_json=1)) for name in names]

    def consume(seed: int) -> None:
        for turn in range(20):
            with ingest.transaction() as conn:
                ledger.count(conn, Random(seed + turn).sample(tallies, 30))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(consume, (1, 1_000)))
    assert sum(line.received for line in lines(database).values()) == 2 * 20 * 30


def test_refused_frames_beyond_the_bounds_of_a_storm_are_not_missing(database: Database, keep: Keep) -> None:
    """A mast that was turned: 6,000 frames of a bin's sensor are refused in a day, of which 5,000 are kept; two were lost."""
    often = DAY / 6_000
    sent = [level(9_400, f_cnt=n, at=NOON.replace(hour=0) + n * often) for n in range(6_000)]
    keep(level(f_cnt=0, at=sent[0].received_at - 2 * often), *(each for n, each in enumerate(sent) if n not in (0, 2_000, 4_000)))
    assert frames(lines(database)[2, BIN_EUI])[1:] == (5_997, 2)
    with database.transaction() as conn:
        assert conn.execute("SELECT count(*) FROM reject").fetchone() == (bounds.LINE_MESSAGES,)
    # The same again tells nothing new, and neither does the day when it is counted anew.
    keep(*sent[5_000:])
    run_job(database)
    line = lines(database)[2, BIN_EUI]
    assert (frames(line)[1:], line.rejected, line.untold) == ((5_997, 2), 6_997, 0)


def test_numbers_of_refused_frames_have_bounds_and_what_is_beyond_them_is_told(
    database: Database, ingest: Database, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = "24e124713d0000ff"
    monkeypatch.setattr(bounds, "FRAMES_OF_DEVICE", 30)
    monkeypatch.setattr(bounds, "FRAMES_OF_STRANGER", 10)
    storm = [level(9_400, f_cnt=n, at=NOON + n * timedelta(minutes=1)) for n in range(40)]
    strange = [level(f_cnt=n, device=stranger, at=NOON + n * timedelta(minutes=1)) for n in range(15)]
    keep(*storm, *strange, level(f_cnt=40, at=NOON + HOUR))
    keep(*storm[:5], *storm[35:], *strange)
    told = lines(database)
    known, unknown = told[2, BIN_EUI], told[2, stranger]
    # 40 of 50 messages came in time for 30 numbers; of the others 10 came twice (5 of them) or once.
    assert (frames(known), known.untold) == ((41, 31, 10), 10 + 5)
    assert (frames(unknown), unknown.untold) == ((10, 10, 0), 5 + 5)
    # 200 invented names, of which a hundred less one have a line of their own: the others are told together.
    keep(*(level(f_cnt=3, device=f"{n:016x}") for n in range(200)))
    with database.transaction() as conn:
        assert conn.execute("SELECT count(*) FROM refused_frame").fetchone() == (30 + 10 + ledger.STRANGERS_NAMED - 1,)
    assert lines(database)[2, ""].untold == 200 - (ledger.STRANGERS_NAMED - 1)


def frame(device: str, session: str, life: int, number: int, at: datetime, fate: str) -> Message:
    """A frame as the device's network tells it; a refused one has a count that cannot be, or is from beyond twice the range."""
    if device == COUNTER:
        return count(9_000 if fate == "refused" else 5, seq=number, at=at)
    return level((9_400 if fate == "refused" else 800) + life, f_cnt=number, at=at, session=session)


@dataclass
class Life:
    """What devices did, as only they know, and what came of it: the truth that the ledger must tell."""

    arrivals: list[Message] = field(default_factory=list)
    sent: Counter[tuple[date, str]] = field(default_factory=Counter)
    lost: Counter[tuple[date, str]] = field(default_factory=Counter)
    received: Counter[tuple[date, str]] = field(default_factory=Counter)
    stored: Counter[tuple[date, str]] = field(default_factory=Counter)
    rejected: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    to_be_stored: Counter[tuple[date, str]] = field(default_factory=Counter)

    def send(self, device: str, message: Message, at: datetime, fate: str, delays_h: list[int]) -> None:
        """A frame sent at `at`: lost, stored or refused; it comes as often as there are delays."""
        self.sent[at.date(), device] += 1
        if fate == "lost":
            self.lost[at.date(), device] += 1
            return
        came = [replace(message, received_at=at + delay_h * HOUR) for delay_h in sorted(delays_h)]
        self.arrivals += came
        for copy in came:
            self.received[copy.received_at.date(), device] += 1
            if fate == "refused":
                self.rejected[copy.received_at.date(), device, "impossible_value"] += 1
        first_day = came[0].received_at.date()
        (self.stored if fate == "stored" else self.to_be_stored)[first_day, device] += 1

    def garbage(self, at: datetime) -> None:
        """Something that is no message."""
        self.arrivals.append(replace(count(), body=b"\x00", received_at=at))
        self.received[at.date(), ""] += 1
        self.rejected[at.date(), "", "bad_json"] += 1

    def mend(self, device: str) -> None:
        """All that the device said is believed after all: the first copy of each refused frame is stored."""
        self.rejected = Counter({key: times for key, times in self.rejected.items() if key[1] != device})
        self.stored += Counter({key: times for key, times in self.to_be_stored.items() if key[1] == device})


@st.composite
def lives(draw: st.DrawFn) -> tuple[Life, Random]:
    """Two devices that send every three hours, one by LoRaWAN, one that counts to 2^16 by itself; both begin again now and then.

    Frames are lost, refused, delayed by up to two days, overtaken and repeated. What is lost right where a counter begins again
    without saying so, or where it begins again just before a wrap, no counter can tell: there, nothing is lost. The LoRaWAN
    device says so by a new session, unless it was activated by hand: then it keeps its one session for ever.
    """
    life, chance = Life(), Random(draw(st.integers(0, 2**32)))
    by_hand = draw(st.booleans())
    for device in (BIN_EUI, COUNTER):
        says_so = device == BIN_EUI and not by_hand
        number = draw(st.integers(0, 1_000) | st.integers(65_530, 65_535))
        at = NOON
        for session in range(draw(st.integers(1, 3))):
            if session and not says_so and number > 65_000:
                break
            number = 0 if session else number
            fates = draw(st.lists(st.sampled_from(["stored", "stored", "lost", "refused"]), min_size=3, max_size=9))
            told = range(2) if session == 0 or not says_so else ()
            fates = ["stored" if n in (*told, len(fates) - 1) and fate == "lost" else fate for n, fate in enumerate(fates)]
            for fate in fates:
                delays_h = chance.choices([0, 0, 0, 1, 5, 30, 48], k=chance.choice([1, 1, 1, 2, 3]))
                name = f"session-{session if says_so else 0}"
                life.send(device, frame(device, name, session, number, at, fate), at, fate, delays_h)
                number = (number + 1) % (2**16 if device == COUNTER else 2**32)
                at += 3 * HOUR
    for _ in range(chance.randrange(3)):
        life.garbage(NOON + chance.randrange(60) * HOUR)
    chance.shuffle(life.arrivals)
    life.arrivals.sort(key=lambda message: message.received_at)
    return life, chance


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives(), st.booleans())
def test_the_ledger_tells_what_the_devices_did_to_the_message(
    database: Database, ingest: Database, lived: tuple[Life, Random], storms: bool
) -> None:
    life, chance = lived
    with database.transaction() as conn:
        conn.execute("TRUNCATE uplink, level_reading, count_reading, reject, reject_line, reject_day, touched")
        conn.execute("TRUNCATE refused_frame, refused_frame_day, doubtful_copy")
        conn.execute("TRUNCATE ledger, ledger_reason, ledger_counted, frame_day")
        conn.execute("UPDATE installation SET max_range_mm = 4500 WHERE bin_id = 'B1'")
    consumers = (Registry(), Registry())
    coming = iter(life.arrivals)
    while batch := list(islice(coming, chance.randint(1, 12))):
        keep_messages(ingest, chance.choice(consumers), batch)
        if chance.random() < 0.3:
            run_job(database)
        if storms:
            # As in a storm nothing refused has room: its message gives way, and nothing can be replayed.
            with database.transaction() as conn:
                retention.drop_rejects(conn, 2**40, 1_000)
    if chance.random() < 0.5 and not storms:
        with database.transaction() as conn:
            conn.execute("UPDATE installation SET max_range_mm = 10000 WHERE bin_id = 'B1'")
        list(replay_wanted(ingest, Registry(), Wanted(reason="impossible_value"), NOON + 9 * DAY))
        life.mend(BIN_EUI)
    told = lines(database)
    with database.transaction() as conn:
        refusals = read_ledger(conn, FIRST, LAST).refusals
    days = {(day, device) for day, device in life.received | life.sent}
    assert {(TODAY.replace(day=day), device) for day, device in told} == days
    for day, device in days:
        line = told[day.day, device]
        rejected = sum(times for (of, name, _), times in life.rejected.items() if (of, name) == (day, device))
        assert (line.received, line.stored, line.rejected) == (life.received[day, device], life.stored[day, device], rejected)
        assert line.duplicate == line.received - line.stored - line.rejected
        assert (line.sent or 0, line.missing or 0) == (life.sent[day, device], life.lost[day, device])
    assert {(each.day, each.device, each.reason): each.rejected for each in refusals} == dict(life.rejected)
