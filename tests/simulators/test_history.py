"""What the town's devices say agrees with what is true of the town, as far as their faults allow."""

from collections import Counter as Tally
from datetime import timedelta

import numpy as np
import pytest
from nine_days import DAYS, SEED, STARTS_AT, Heard

from sensors.readings import CountReading, LevelReading
from simulators.bin_reports import BinReports
from simulators.days import Day
from simulators.faults import Fault, Faults
from simulators.history import messages
from simulators.litter import Litter
from simulators.looks import NOISE_MM
from simulators.rhythms import air_temperature_c
from simulators.town import Town, build_town


def faults(town: Town, kind: str) -> list[Fault]:
    found = [fault for fault in town.faults if fault.kind == kind]
    assert found
    return found


def days_of(heard: Heard, device: str) -> dict[int, list[object]]:
    """Readings of a device by day of the town."""
    found: dict[int, list[object]] = {}
    for at, reading in heard.readings.get(device, []):
        found.setdefault((at - STARTS_AT).days, []).append(reading)
    return found


def test_the_same_seed_and_start_send_the_same_bytes(heard: Heard) -> None:
    again = messages(build_town(SEED, STARTS_AT), STARTS_AT, STARTS_AT + timedelta(days=2))
    assert list(again) == [message for message in heard.messages if message[2] < STARTS_AT + timedelta(days=2)]


def test_stretches_join_without_a_seam(town: Town, heard: Heard) -> None:
    middle, end = STARTS_AT + timedelta(days=4, hours=9, minutes=7), STARTS_AT + timedelta(days=5)
    assert list(messages(town, middle, end)) == [message for message in heard.messages if middle <= message[2] < end]


def test_messages_come_in_the_order_of_receipt(heard: Heard) -> None:
    times = [at for _, _, at in heard.messages]
    assert times == sorted(times)
    assert times[0] >= STARTS_AT and times[-1] < STARTS_AT + timedelta(days=DAYS)


def test_a_month_stays_within_what_a_laptop_loads_at_once(heard: Heard) -> None:
    assert 100_000 < len(heard.messages) / DAYS * 28 <= 132_000


def test_a_stretch_before_the_town_began_is_refused(town: Town) -> None:
    with pytest.raises(ValueError, match="begins at"):
        next(messages(town, STARTS_AT - timedelta(days=1)))


def test_sound_sensors_measure_the_true_fill(town: Town, heard: Heard) -> None:
    litter = Litter(town.seed, town.bins)
    truth = [litter.next_day(number, town.first_day + timedelta(days=number)) for number in range(DAYS)]
    faulty = {fault.device for fault in town.faults}
    checked = 0
    for a_bin in town.bins:
        device = a_bin.device
        if device is None or device.name in faulty:
            continue
        depth_mm = a_bin.mounting.empty_mm - a_bin.mounting.full_mm
        for at, reading in heard.readings[device.full_name(town.council)]:
            assert isinstance(reading, LevelReading) and reading.distance_mm is not None
            day = truth[(at - STARTS_AT).days][a_bin.bin_id]
            hour = (at - STARTS_AT).total_seconds() / 3600 % 24
            if day.emptied_hour is not None and abs(hour - day.emptied_hour) < 0.05:
                continue
            true_mm = a_bin.mounting.empty_mm - depth_mm * float(day.at(np.array([hour]))[0]) / a_bin.capacity_l
            # Five standard deviations of the noise; the blind zone cuts off what heaps over the rim.
            expected_mm = max(true_mm, a_bin.mounting.blind_zone_mm)
            assert abs(reading.distance_mm - expected_mm) < 5.5 * NOISE_MM
            checked += 1
    assert checked > 20_000


def once(told: list[tuple[float, LevelReading]]) -> list[tuple[object, ...]]:
    """What was told, in the order of looking; what came twice within five seconds is one look."""
    found = sorted(told, key=lambda one: one[0])
    new = [one for before, one in zip([(0.0, None), *found], found, strict=False) if one[0] - before[0] > 5]
    return [(said.distance_mm, said.tilted, said.cannot_measure) for _, said in new]


def test_what_is_heard_without_bytes_is_what_decoders_make_of_the_bytes(town: Town, heard: Heard) -> None:
    """Of every bin's device over nine days whatever its fault, but a clock that runs ahead: that is refused after decoding."""
    litter, reports = Litter(town.seed, town.bins), BinReports(town.seed, town.council, Faults(town.faults))
    without: dict[str, list[tuple[float, LevelReading]]] = {}
    for number in range(DAYS):
        midnight = town.first_day + timedelta(days=number)
        day, today = (
            Day(number, midnight, air_temperature_c(town.seed, midnight, np.arange(24.0))),
            litter.next_day(number, midnight),
        )
        for a_bin in town.bins:
            if a_bin.device is not None:
                come = reports.heard(a_bin, a_bin.device, today[a_bin.bin_id], day)
                known = without.setdefault(a_bin.device.full_name(town.council), [])
                known += [(one.looked_at, one.said) for one in come if one.received_at < STARTS_AT.timestamp() + DAYS * 86_400]
    ahead = {
        device.full_name(town.council)
        for device in town.devices
        if device.name in {f.device for f in faults(town, "wrong_clock")}
    }
    assert len(without) > 200
    for device in without.keys() - ahead:
        decoded = [
            (at.timestamp(), reading)
            for at, reading in heard.readings.get(device, [])
            if isinstance(reading, LevelReading) and (reading.distance_mm is not None or reading.cannot_measure is not None)
        ]
        assert once(without[device]) == once(decoded), device


def test_counts_add_up_to_the_totals(town: Town, heard: Heard) -> None:
    counter = next(counter for counter in town.counters if counter.device.model == "vs133" and counter.line is None)
    readings = [reading for _, reading in heard.readings[counter.device.name] if isinstance(reading, CountReading)]
    totals = [reading.total_in for reading in readings if reading.total_in is not None]
    periods = [reading.people_in for reading in readings if reading.people_in is not None]
    # The first total comes after the first four periods.
    assert totals[-1] - totals[0] == pytest.approx(sum(periods[4:]), abs=max(periods))


def test_totals_of_16_bits_wrap(town: Town, heard: Heard) -> None:
    wraps = 0
    for device in {counter.device.name for counter in town.counters if counter.device.model == "vs350"}:
        readings = sorted(heard.readings[device], key=lambda found: found[0])
        totals = [reading.total_in for _, reading in readings if isinstance(reading, CountReading)]
        assert all(total is not None and 0 <= total < 65_536 for total in totals)
        wraps += sum(after < before for before, after in zip(totals, totals[1:], strict=False))
    assert wraps >= 1


def test_a_counter_mounted_the_wrong_way_round_is_known_to_be(town: Town) -> None:
    assert [counter.counter_id for counter in town.counters if counter.swapped] == ["RVC10"]


def test_two_doors_are_two_lines_of_one_device(town: Town, heard: Heard) -> None:
    first, second = (counter for counter in town.counters if counter.line is not None)
    assert first.device is second.device and (first.line, second.line) == (1, 2)
    lines = Tally(reading.line for _, reading in heard.readings[first.device.name] if isinstance(reading, CountReading))
    assert lines[1] == lines[2] > 0


def test_a_silent_sensor_sends_nothing_while_it_is_silent(town: Town, heard: Heard) -> None:
    for fault in faults(town, "silent"):
        name = next(device for device in town.devices if device.name == fault.device).full_name(town.council)
        assert set(days_of(heard, name)) == {day for day in range(DAYS) if not fault.holds_on(day)}


def test_stuck_sensors_say_one_distance_for_ever(town: Town, heard: Heard) -> None:
    for fault in faults(town, "stuck"):
        name = next(device for device in town.devices if device.name == fault.device).full_name(town.council)
        said = [reading for day, found in days_of(heard, name).items() if fault.holds_on(day) for reading in found]
        assert len({reading.distance_mm for reading in said if isinstance(reading, LevelReading)}) == 1


def test_tilted_sensors_and_those_without_an_echo_say_so(town: Town, heard: Heard) -> None:
    for kind in ("tilted", "no_echo"):
        for fault in faults(town, kind):
            name = next(device for device in town.devices if device.name == fault.device).full_name(town.council)
            for day, found in days_of(heard, name).items():
                for reading in found:
                    assert isinstance(reading, LevelReading)
                    says_so = reading.tilted if kind == "tilted" else reading.cannot_measure == "no_echo"
                    assert bool(says_so) == fault.holds_on(day)


def test_a_counter_dies_and_another_hands_in_what_it_stored(town: Town, heard: Heard) -> None:
    (dead,), (backlog,) = faults(town, "dead"), faults(town, "backlog")
    dying = next(counter for counter in town.counters if counter.device.name == dead.device)
    assert max(days_of(heard, dying.device.full_name(town.council))) <= dead.from_day
    on_the_day = days_of(heard, backlog.device)[backlog.from_day]
    stored = [reading for reading in on_the_day if isinstance(reading, CountReading) and reading.observed_at is not None]
    assert len(stored) == 22  # from 07:30 to 13:00
    assert len(on_the_day) >= 95  # nothing of the day is missing


def test_the_network_and_the_broker_deliver_some_frames_twice(heard: Heard) -> None:
    frames = Tally((u.device, u.session, u.f_cnt, u.payload) for _, u in heard.uplinks if u.kind == "up" and u.source == "tts")
    copies = Tally((topic, message) for topic, message, _ in heard.messages)
    assert sum(times == 2 for times in frames.values()) > 50
    assert sum(times == 2 for times in copies.values()) > 50
    assert sum(times == 2 for times in frames.values()) > sum(
        times == 2 and topic.startswith("v3/") for (topic, _), times in copies.items()
    )


def test_some_frames_come_hours_late(heard: Heard) -> None:
    delays = [at - uplink.observed_at for at, uplink in heard.uplinks if uplink.kind == "up" and uplink.observed_at]
    assert sum(timedelta(hours=1) < delay < timedelta(hours=10) for delay in delays) > 50


def test_a_clock_runs_a_day_ahead_for_a_while(town: Town, heard: Heard) -> None:
    (fault,) = faults(town, "wrong_clock")
    ahead = {u.device for at, u in heard.uplinks if u.observed_at and u.observed_at - at > timedelta(hours=20)}
    assert ahead == {f"{town.council}/{fault.device}"}


def test_garbage_strangers_and_broken_messages_come_too(heard: Heard) -> None:
    assert heard.wrong["undecodable"] >= 9
    assert heard.wrong["unknown_device"] == pytest.approx(4 * DAYS, abs=1)
    assert heard.wrong["bad_json"] == pytest.approx(DAYS, abs=1)


def test_a_device_that_joins_again_begins_its_frame_counter_at_zero(town: Town, heard: Heard) -> None:
    joined = [device for device in town.devices if device.rejoins_on_day is not None and device.network != "direct"]
    assert joined and {u.device for _, u in heard.uplinks if u.kind == "join"} == {device.name for device in joined}
    for device in joined:
        sessions: dict[str, list[int]] = {}
        for _, uplink in heard.uplinks:
            if uplink.device == device.name and uplink.kind == "up":
                sessions.setdefault(uplink.session, []).append(uplink.f_cnt)
        first, second = sessions.values()
        assert min(first) == device.first_f_cnt and min(second) == 0


def test_frame_counters_lose_nothing_but_faults(town: Town, heard: Heard) -> None:
    faulty = {fault.device for fault in town.faults}
    counters: dict[str, set[int]] = {}
    for _, uplink in heard.uplinks:
        if uplink.kind == "up":
            counters.setdefault(uplink.device, set()).add(uplink.f_cnt)
    for device in town.devices:
        if device.name not in faulty and device.rejoins_on_day is None:
            seen = counters[device.full_name(town.council)]
            assert max(seen) - min(seen) + 1 - len(seen) <= 1  # the last frames may still be on their way
