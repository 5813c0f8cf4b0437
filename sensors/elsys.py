"""What Elsys frames have in common: type(1) value(by the type), big-endian, no lengths, in any order.

01 temperature 2  02 humidity 1  03 acceleration 3  04 light 2  05 movement 1  06 CO2 2  07 battery 2  08 analogue 2
09 place 6  0A pulses 2  0B pulses in all 4  0C outer temperature 2  0D digital 1  0E distance 2  0F vibration 1
10 infrared 4  11 occupancy 1  12 leak 1  13 grid of temperatures 65  14 pressure 4  15 sound 2
16 pulses, second input 2  17 in all 4  18 analogue 2  19 outer temperature 2  1A digital 1  1B analogue 4  1C TVOC 2  3D debug 4

A type that is not in this table ends the reading, because its length is not known.
"""

from collections.abc import Mapping

from sensors.layout import Read, Said, read_past

WIDTHS = {
    **dict.fromkeys((0x02, 0x05, 0x0D, 0x0F, 0x11, 0x12, 0x1A), 1),
    **dict.fromkeys((0x01, 0x04, 0x06, 0x07, 0x08, 0x0A, 0x0C, 0x0E, 0x15, 0x16, 0x18, 0x19, 0x1C), 2),
    0x03: 3,
    0x09: 6,
    0x13: 65,
    **dict.fromkeys((0x0B, 0x10, 0x14, 0x17, 0x1B, 0x3D), 4),
}


def read(payload: bytes, quantities: Mapping[int, Read]) -> Said:
    """What the types among `quantities` say, up to where the frame ends or cannot be cut; other types are read past."""
    said = Said()
    if not payload:
        said.refuse(0, "the frame holds no bytes.")
    at = 0
    while at < len(payload):
        kind = payload[at]
        width = WIDTHS.get(kind)
        if width is None:
            said.refuse(at, f"type {kind:02X} is not known; it and what follows are not read.")
            break
        end = at + 1 + width
        if end > len(payload):
            said.refuse(at, f"the frame ends within type {kind:02X}.")
            break
        said.take(quantities.get(kind, read_past), payload[at + 1 : end])
        at = end
    return said
