"""Devices asked for by model, network and fault say so, each in its own words; what cannot be is refused with what can."""

import csv
from collections import Counter as Tally
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from ingest.envelopes import unwrap
from ingest.uplink import EnvelopeError, Uplink
from sensors import codec
from sensors.readings import CountReading, DecodeError, LevelReading, Reading
from simulators.fleet import build_fleet, order_of
from simulators.history import messages

SUNDAY = datetime(2026, 5, 17, tzinfo=UTC)
DAYS = 2


def heard(words: str) -> list[tuple[Uplink, tuple[Reading, ...]]]:
    """The frames of one device on a Sunday and a Monday, in order of time; of broken ones no readings."""
    town = build_fleet(3, SUNDAY, [order_of(words)])
    (device,) = town.devices
    found = []
    for topic, message, at in messages(town, SUNDAY, SUNDAY + timedelta(days=DAYS, hours=1)):
        try:
            (uplink,) = unwrap(topic, message, at)
            assert uplink.device == device.full_name(town.council)
            readings = codec.decode(device.model, uplink.payload, uplink.f_port).readings if uplink.kind == "up" else ()
        except (EnvelopeError, DecodeError):
            found.append((None, ()))
        else:
            found.append((uplink, readings))
    return found


def levels(words: str) -> list[LevelReading]:
    return [reading for _, readings in heard(words) for reading in readings if isinstance(reading, LevelReading)]


def counts(words: str) -> list[CountReading]:
    return [reading for _, readings in heard(words) for reading in readings if isinstance(reading, CountReading)]


@pytest.mark.parametrize(
    ("words", "says_so"),
    [
        ("em400-mud,tilted", lambda said: said.tilted),
        ("df702,tilted", lambda said: said.tilt_deg == 64 and "tilt" in said.alarms),
        ("elt-2,tilted", lambda said: said.tilt_deg > 60),
        ("dl-mbx,no_echo", lambda said: said.cannot_measure == "no_echo" and said.signal == 0),
        ("lora-lm-xl,too_close", lambda said: said.cannot_measure == "too_close" and said.distance_mm is None),
        ("ldds75,sensor_fault", lambda said: said.cannot_measure == "sensor_fault"),
        ("sensoneo-single,fire", lambda said: said.alarms == ("fire",) and said.temperature_c == 85),
        ("direct-bin,vandal", lambda said: said.alarms == ("vandal",)),
        ("r718pe,battery_low", lambda said: said.alarms == ("low_battery",) and said.battery_mv == 2_900),
        ("em310-udl,battery_low", lambda said: said.battery_pct == 4),
    ],
)
def test_a_fault_is_said_in_the_devices_own_words(words: str, says_so: object) -> None:
    said = levels(words)
    assert len(said) >= 24 * DAYS
    assert all(says_so(reading) for reading in said)  # type: ignore[operator]


def test_a_stuck_level_is_one_distance_and_a_stuck_counter_counts_nobody_more() -> None:
    assert len({reading.distance_mm for reading in levels("wilsen-sonic-level,stuck")}) == 1
    stuck = counts("people-flow-counting-l-xl,stuck")
    assert len({(reading.total_in, reading.total_out) for reading in stuck}) == 1
    assert {reading.fault for reading in stuck} == {"stuck"}


def test_the_devices_own_fill_is_that_of_its_bin() -> None:
    town = build_fleet(3, SUNDAY, [order_of("r718pe")])
    mounting = town.bins[0].mounting
    for reading in levels("r718pe"):
        assert reading.distance_mm is not None
        fill_pct = 100 * (mounting.empty_mm - reading.distance_mm) / (mounting.empty_mm - mounting.full_mm)
        assert reading.device_fill_pct == pytest.approx(min(max(fill_pct, 0), 100), abs=0.6)


@pytest.mark.parametrize("words", ["em500-udl,backlog", "ldds45,thingpark,backlog"])
def test_a_level_sensor_off_the_network_sends_what_it_stored_afterwards(words: str) -> None:
    found = heard(words)
    stored = [reading.observed_at for _, readings in found for reading in readings if reading.observed_at is not None]  # type: ignore[union-attr]
    # From 07:00 to 13:00 on either day it looks six times.
    assert len(stored) == 6 * DAYS
    assert {at.hour for at in stored} == set(range(7, 13))
    live = {uplink.observed_at.hour for uplink, readings in found if uplink and readings and readings[0].observed_at is None}  # type: ignore[union-attr]
    assert not live & set(range(7, 13))


def test_totals_begin_anew_at_a_reset_and_each_monday() -> None:
    for words, when in (("pcr2,weekly_reset", timedelta(days=1)), ("vs121,reset", timedelta(days=1, hours=12))):
        totals = [
            (uplink.observed_at - SUNDAY, reading.total_in)
            for uplink, readings in heard(words)
            for reading in readings
            if uplink and isinstance(reading, CountReading) and reading.total_in is not None
        ]
        falls = [at for (_, before), (at, after) in zip(totals, totals[1:], strict=False) if after < before]
        # The first period after it ends a quarter of an hour later, and is told within a minute; 16 bits may wrap as well.
        assert any(timedelta() <= at - when - timedelta(minutes=15) < timedelta(minutes=1) for at in falls), words


@pytest.mark.parametrize("network", ["tts", "chirpstack", "helium", "loriot", "thingpark"])
def test_a_restart_begins_a_new_session_with_frame_0_on_any_network(network: str) -> None:
    sessions: dict[str, list[int]] = {}
    kinds = Tally(uplink.kind for uplink, _ in heard(f"em310-udl,{network},restart") if uplink)
    for uplink, _ in heard(f"em310-udl,{network},restart"):
        if uplink and uplink.kind == "up":
            sessions.setdefault(uplink.session, []).append(uplink.f_cnt)
    assert 0 in [min(counters) for counters in sessions.values()]
    assert len(sessions) >= 2
    assert kinds["join"] == (0 if network == "loriot" else 1)  # LORIOT tells of no join


def test_what_a_device_says_of_itself_comes_with_a_restart() -> None:
    town = build_fleet(3, SUNDAY, [order_of("em400-tld,restart")])
    about = []
    for topic, message, at in messages(town, SUNDAY, SUNDAY + timedelta(days=DAYS)):
        (uplink,) = unwrap(topic, message, at)
        if uplink.kind == "up":
            about += codec.decode("em400-tld", uplink.payload, uplink.f_port).about
    assert [name for name, _ in about] == ["serial_number", "hardware", "firmware"]


def test_lossy_and_silent_devices_are_missing_and_broken_ones_are_not_understood() -> None:
    assert heard("em310-udl,silent") == []
    # Of 48 frames some ten never come; none of the others is lost.
    assert 15 < len({uplink.f_cnt for uplink, _ in heard("lora-lm-xl,lossy") if uplink}) < 45
    for words in ("em310-udl,garbage", "direct-bin,garbage", "xovis,garbage"):
        assert sum(not readings for _, readings in heard(words)) == DAYS, words


@pytest.mark.parametrize("model", ["direct-counter", "xovis", "vs121"])
def test_a_wrong_clock_is_a_day_ahead(model: str) -> None:
    said = heard(f"{model},wrong_clock")
    # VS121 says the time within its frame, of which its network knows another.
    times = [readings[0].observed_at or uplink.observed_at for uplink, readings in said if uplink]  # type: ignore[union-attr]
    assert len(times) > 180
    assert min(times) > SUNDAY + timedelta(hours=26)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("em999", "Nothing speaks as 'em999'"),
        ("em310-udl,fire", "cannot have 'fire'; it can have the faults silent, .*tilted"),
        ("vs133,backlog", "cannot have 'backlog'"),
        ("em310-udl,wrong_clock", "cannot have 'wrong_clock'"),
        ("direct-bin,tts", "be on direct"),
        ("em310-udl,tts,loriot", "on one network"),
        ("em310-udl:0", "is no number of devices"),
        ("telraam-segment", "does not speak: its maker's cloud is asked"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        order_of(words)


def test_there_are_as_many_counters_as_posts() -> None:
    with pytest.raises(ValueError, match="13 posts for counters; 14 are too many"):
        build_fleet(3, SUNDAY, [order_of("vs350:14")])


def simulate(*words: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *words])


def test_the_command_writes_the_files_that_a_council_imports_of_its_fleet(tmp_path: Path) -> None:
    answer = simulate("--device", "ldds20:2,loriot", "--device", "vs350,backlog", "--files", str(tmp_path))
    assert answer.exit_code == 0, answer.output
    with (tmp_path / "installations.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["model"] for row in rows] == ["ldds20", "ldds20", "vs350"]
    # It looks up from below: what it reads grows as the bin fills.
    assert all(int(row["full_mm"]) > int(row["empty_mm"]) for row in rows[:2])
    with (tmp_path / "bins.csv").open() as file:
        assert [row["bin_id"] for row in csv.DictReader(file)] == [row["bin_id"] for row in rows[:2]]


def test_the_command_says_in_one_line_what_it_cannot_simulate() -> None:
    answer = simulate("--device", "em310-udl,fire", "--files", "nowhere")
    assert answer.exit_code == 1
    assert "em310-udl on chirpstack cannot have 'fire'" in str(answer.exception or answer.output)
    assert not Path("nowhere").exists()
