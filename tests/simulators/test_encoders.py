"""What the simulated devices say is what the decoders hear."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sensors import codec
from sensors.readings import BumpReading, CountReading, CoverageReading, LevelReading
from simulators.encoders import direct, dragino, milesight, phone

percent = st.integers(0, 100)
millimetres = st.integers(20, 8_000)
tenths_c = st.integers(-400, 850)
people = st.tuples(st.integers(0, 65_535), st.integers(0, 65_535))
totals = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))


def decoded(model: str, payload: bytes, port: int | None = 85) -> tuple[object, ...]:
    found = codec.decode(model, payload, port)
    assert found.refused is None
    return found.readings


@given(percent, millimetres, st.booleans())
def test_em310_frames_decode_to_what_was_measured(battery: int, distance: int, tilted: bool) -> None:
    (reading,) = decoded("em310-udl", milesight.em310(battery, distance, tilted))
    assert reading == LevelReading(battery_pct=battery, distance_mm=distance, tilted=tilted)


@given(percent, tenths_c, millimetres, st.booleans(), st.sampled_from(("em400-mud", "em400-tld", "em400-udl")))
def test_em400_frames_decode_to_what_was_measured(battery: int, tenths: int, distance: int, tilted: bool, model: str) -> None:
    (reading,) = decoded(model, milesight.em400(battery, tenths / 10, distance, tilted))
    assert reading == LevelReading(battery_pct=battery, temperature_c=tenths / 10, distance_mm=distance, tilted=tilted)


@given(st.integers(2_500, 3_700), st.integers(280, 7_500))
def test_ldds75_frames_decode_to_what_was_measured(battery_mv: int, distance: int) -> None:
    (reading,) = decoded("ldds75", dragino.ldds75(battery_mv, distance), 2)
    assert reading == LevelReading(battery_mv=battery_mv, distance_mm=distance)


def test_an_ldds75_without_an_echo_is_heard_as_such() -> None:
    (reading,) = decoded("ldds75", dragino.ldds75(3_600, dragino.NO_ECHO_MM), 2)
    assert reading == LevelReading(battery_mv=3_600, cannot_measure="no_echo")


@given(st.lists(people, min_size=1, max_size=4))
def test_vs133_periods_decode_line_by_line(lines: list[tuple[int, int]]) -> None:
    found = decoded("vs133", milesight.vs133_periods(lines))
    assert [(r.line, r.people_in, r.people_out) for r in found if isinstance(r, CountReading)] == [
        (number + 1, *line) for number, line in enumerate(lines)
    ]


@given(st.lists(totals, min_size=1, max_size=4))
def test_vs133_totals_decode_line_by_line(lines: list[tuple[int, int]]) -> None:
    found = decoded("vs133", milesight.vs133_totals(lines))
    assert [(r.total_in, r.total_out, r.total_bits) for r in found if isinstance(r, CountReading)] == [
        (*line, 32) for line in lines
    ]


@given(percent, tenths_c, totals, people)
def test_vs350_totals_wrap_at_16_bits_and_periods_do_not(
    battery: int, tenths: int, total: tuple[int, int], period: tuple[int, int]
) -> None:
    (reading,) = decoded("vs350", milesight.vs350(battery, tenths / 10, total, period))
    assert isinstance(reading, CountReading)
    assert (reading.total_in, reading.total_out) == (total[0] % 65_536, total[1] % 65_536)
    assert (reading.people_in, reading.people_out) == period


@given(st.integers(1_600_000_000, 2_000_000_000), people, totals)
def test_vs350_stored_records_keep_their_own_time(unix_s: int, period: tuple[int, int], total: tuple[int, int]) -> None:
    (reading,) = decoded("vs350", milesight.vs350_history(unix_s, period, total))
    assert isinstance(reading, CountReading) and reading.observed_at is not None
    assert reading.observed_at.timestamp() == unix_s
    assert (reading.people_in, reading.people_out) == period


def test_direct_devices_and_phones_speak_json_that_decodes() -> None:
    (level,) = decoded("direct-bin", direct.bin_reading(None, True, -3.25, 71.6).encode(), None)
    assert level == LevelReading(cannot_measure="no_echo", tilted=True, temperature_c=-3.2, battery_pct=72)
    (count,) = decoded("direct-counter", direct.counter_reading(12, 0, 900).encode(), None)
    assert count == CountReading(people_in=12, people_out=0, period_s=900)
    said = phone.bump(52.4200049, -4.55, "2026-05-18T07:00:00Z", 0.514, 3, "under_20_mph", 0.9)
    (bump,) = decoded("phone-bump", said.encode(), None)
    assert isinstance(bump, BumpReading) and (bump.lat, bump.severity_g, bump.hour_start.minute) == (52.42, 0.51, 0)
    (coverage,) = decoded("phone-coverage", phone.coverage("7800001", "2026-05-18T00:00:00Z", 4).encode(), None)
    assert isinstance(coverage, CoverageReading) and coverage.passes == 4
    assert "time" not in json.loads(said)
