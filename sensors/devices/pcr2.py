"""Parametric PCR2, radar counter beside a path. Port 14 counts, port 190 tells the configuration; big-endian.

It counts whatever moves in its beam: people, bicycles, prams.

BE 01 04  [3-4] left to right u16, [5-6] right to left u16, in the interval just ended
          [7-8] left to right u16, [9-10] right to left u16, in all since power-up: they wrap at 65,536 and begin again
          [11-12] battery u16, mV   [13-14] solar panel u16, mW, read past   [15-16] temperature s16, tenths of a degree C
BE 01 03  the same with a battery of 1 byte [11], read past because its unit is not confirmed

Configured for Elsys' framing (`sensors.elsys`), on port 14 too: 0A left to right u16, 16 right to left u16, 01 temperature.

Left to right is told as in, right to left as out. The temperature is the processor's, not the street's.

Port 190: BE 01 and the configuration, of 14, 20, 31, 34 or 35 bytes by its version: mounting, beam, limits of distance and
speed, which explain steps in the counts. No reading; the frame is kept as it came.
"""

from sensors import elsys, layout
from sensors.layout import Field, read_past
from sensors.readings import Decoded, DecodeError

MODEL = "pcr2"
MEASURES = ("people_in", "people_out", "total_in", "total_out", "temperature_c", "battery_mv")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")

COUNTS, CONFIGURATION = 14, 190
MAKER = bytes.fromhex("BE01")
HEAD_BYTES = 3
CONFIGURATION_BYTES = (14, 20, 31, 34, 35)


def total(name: str) -> layout.Read:
    """u16, movements; it wraps at 65,536."""
    return lambda data: {name: layout.u(data), "total_bits": 16}


LEFT_TO_RIGHT = layout.unsigned("people_in")
RIGHT_TO_LEFT = layout.unsigned("people_out")
TEMPERATURE = layout.tenths("temperature_c")

BEFORE_BATTERY = (
    Field("count from left to right", 2, LEFT_TO_RIGHT),
    Field("count from right to left", 2, RIGHT_TO_LEFT),
    Field("total from left to right", 2, total("total_in")),
    Field("total from right to left", 2, total("total_out")),
)
AFTER_BATTERY = (Field("solar panel", 2, read_past), Field("temperature", 2, TEMPERATURE))
VERSIONS = {
    3: (*BEFORE_BATTERY, Field("battery", 1, read_past), *AFTER_BATTERY),
    4: (*BEFORE_BATTERY, Field("battery", 2, layout.unsigned("battery_mv")), *AFTER_BATTERY),
}
ELSYS = {0x01: TEMPERATURE, 0x0A: LEFT_TO_RIGHT, 0x16: RIGHT_TO_LEFT}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One count reading; none of a configuration. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (COUNTS, CONFIGURATION), "PCR2")
    if port == CONFIGURATION:
        return configuration(payload)
    if not payload.startswith(MAKER[:1]):
        return elsys.read(payload, ELSYS).count()
    version = payload[2] if len(payload) >= HEAD_BYTES else None
    if not payload.startswith(MAKER) or version not in VERSIONS:
        raise DecodeError(f"{payload[:HEAD_BYTES].hex(' ').upper()} is not a head that PCR2 sends with its counts.")
    return layout.read(payload, VERSIONS[version], at=HEAD_BYTES).count()


def configuration(payload: bytes) -> Decoded:
    """No reading. Raises DecodeError for what is no configuration of any version."""
    if not payload.startswith(MAKER) or len(payload) not in CONFIGURATION_BYTES:
        raise DecodeError(f"{len(payload)} bytes from {payload[:2].hex(' ').upper() or 'nothing'} on are no configuration.")
    return Decoded(())
