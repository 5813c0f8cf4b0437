"""Milesight VS360, break-beam people counter in two halves. Port 85, little-endian, framing in `sensors.milesight`.

01 75  battery of the main half    u8, %
02 75  battery of the second half  u8, %; `battery_pct` is the lower of the two, because it counts only while both live
03 F4  event u8, status u8: events 0 it counts oddly, 1 the second half is silent, 2 the beam is misaligned; status 1 on, 0 ended

The counts, totals of 16 bits, alarms and stored records of a passage are in `sensors.milesight_counts`. Of several
events that are on, `fault` is the one that makes the count least true: node_silent, misaligned, anomaly. An event that
ended says nothing more.
"""

from typing import Any

from sensors import milesight, milesight_counts
from sensors.milesight import Field, Quantity
from sensors.milesight_counts import PASSAGE, PASSAGE_WIDTHS
from sensors.readings import CountReading, Decoded, DecodeError

MODEL = "vs360"
MEASURES = ("people_in", "people_out", "total_in", "total_out", "fault", "temperature_c", "battery_pct")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")

EVENT = (0x03, 0xF4)
FAULTS = {1: "node_silent", 2: "misaligned", 0: "anomaly"}


def second_battery(data: bytes) -> dict[str, Any]:
    """u8, per cent."""
    return {"second_pct": milesight.battery_pct(data)["battery_pct"]}


QUANTITIES = PASSAGE | {(0x02, 0x75): Quantity(1, second_battery)}
WIDTHS = PASSAGE_WIDTHS | {(0x02, 0x75): 1, EVENT: 2}


def decode(payload: bytes, port: int | None) -> Decoded:
    """The live reading if there is one, then the stored ones. Raises DecodeError where nothing can be read."""
    frame = milesight.frame(payload, port, WIDTHS)
    values, refusals = milesight.gather(frame.fields, QUANTITIES)
    batteries = [values.pop(name) for name in ("battery_pct", "second_pct") if name in values]
    if batteries:
        values["battery_pct"] = min(batteries)
    try:
        fault = fault_of(frame.fields)
    except DecodeError as refusal:
        refusals.append(str(refusal))
    else:
        values |= {"fault": fault} if fault else {}
    live = (CountReading(**values),) if values.keys() - {"observed_at"} else ()
    return milesight.decoded(live + milesight_counts.stored(frame), refusals, frame)


def fault_of(fields: tuple[Field, ...]) -> str | None:
    """The fault that the frame's events leave on. Raises DecodeError for an event or a status that is not known."""
    on: set[int] = set()
    for pair, data, _ in fields:
        if pair != EVENT:
            continue
        event, status = data
        if event not in FAULTS or status > 1:
            raise DecodeError(f"Event {event} with status {status} is not known.")
        on = on | {event} if status else on - {event}
    return next((word for event, word in FAULTS.items() if event in on), None)
