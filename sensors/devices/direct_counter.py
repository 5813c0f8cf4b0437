"""Direct people counter, one that speaks JSON on the council's own topic; the payload is its `reading` object, at least one of:

line                  whole number, 1 to 16; 1 if left out
people_in, people_out whole numbers, 0 to 1,000,000, people in the period that ends at the message's time
period_s              whole number, 1 to 86,400, length of that period
total_in, total_out   whole numbers, running totals; with them total_bits, 16 or 32: they wrap at 2**total_bits
fault                 stopped, stuck, misaligned, node_silent or anomaly: the counts are not to be trusted
temperature_c         -60 to 150
battery_pct           0 to 100
battery_mv            whole number, 0 to 65,535
alarms                list of threshold, temperature, low_battery, vandal
"""

from sensors import spoken
from sensors.readings import COUNT_ALARMS, COUNT_FAULTS, CountReading, Decoded, DecodeError

MODEL = "direct-counter"
MEASURES = ("people_in", "people_out", "total_in", "total_out", "temperature_c", "battery_pct", "battery_mv")
NEEDS = ("counter_id", "line", "period_s", "report_every_s", "swap_in_out")

CHECKS = {
    "line": spoken.whole(1, 16),
    "people_in": spoken.whole(0, 1_000_000),
    "people_out": spoken.whole(0, 1_000_000),
    "period_s": spoken.whole(1, 86_400),
    "total_in": spoken.whole(0, 2**32 - 1),
    "total_out": spoken.whole(0, 2**32 - 1),
    "total_bits": spoken.one_of(16, 32),
    "fault": spoken.word(COUNT_FAULTS),
    "temperature_c": spoken.number(-60, 150),
    "battery_pct": spoken.number(0, 100),
    "battery_mv": spoken.whole(0, 65_535),
    "alarms": spoken.word_list(COUNT_ALARMS),
}
FORM = spoken.Form(CHECKS)
SAY_NO_COUNT = frozenset({"line", "period_s", "total_bits"})


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 the way has no ports
    """One count reading. Raises DecodeError naming what cannot be taken."""
    values = FORM.values(payload)
    if SAY_NO_COUNT.issuperset(values):
        raise DecodeError("The reading says nothing but its line, period or width.")
    if "total_in" in values or "total_out" in values:
        _must_fit(max(values.get("total_in", 0), values.get("total_out", 0)), values.get("total_bits"))
    return Decoded((CountReading(**values),))


def _must_fit(total: int, bits: int | None) -> None:
    if bits is None:
        raise DecodeError("Running totals need total_bits, 16 or 32.")
    if total >= 2**bits:
        raise DecodeError(f"A running total of {total} does not fit into {bits} bits.")
