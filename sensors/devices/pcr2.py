"""Parametric PCR2, radar counter beside a path. Port 14 counts, port 190 tells the configuration; big-endian.

It counts whatever moves in its beam: people, bicycles, prams.

BE 01 04  [3-4] left to right u16, [5-6] right to left u16, in the interval just ended
          [7-8] left to right u16, [9-10] right to left u16, in all since power-up: they wrap at 65,536 and begin again
          [11-12] battery u16, mV   [13-14] solar panel u16, mW, read past   [15-16] temperature s16, tenths of a degree C
BE 01 03  the same with a battery of 1 byte [11], read past because its unit is not confirmed

Configured for Elsys' framing (`sensors.elsys`), on port 14 too: 0A left to right u16, 16 right to left u16, 01 temperature.

Left to right is told as in, right to left as out. The temperature is the processor's, not the street's.

Port 190 tells the configuration, which explains steps in the counts; it is no reading. By its version:

bytes   14     20     31     34
        -      0-2    0-2    0-2    BE 01 and 03, 04 or 05
        0      3      3      3      kind of device u8, read past
        1-3    4-6    4-6    4-6    firmware, three numbers
        4-5    7-9    7-9    7-9    modes, read past (14: without the class of the device)
        6      10     10     10     kind of uplink, read past
        7-8    11-12  11-12  11-12  reported every u16 minutes
        9-10   13-14  13-14  13-14  link check every u16 minutes, read past
        -      15-16  15-16  15-16  capacity limit u16, read past
        11-12  17-18  17-18  17-18  hold-off u16, whose unit is not confirmed
        -      -      19-20  19-20  inactivity u16, read past
        -      -      21     -      mounting direction u8, read past
        -      -      22     -      mounting tilt u8, degrees
        -      -      -      21     radar on
        -      -      23     22     angle of the beam u8, degrees
        -      -      24-27  23-26  nearest and farthest distance u16 cm
        -      -      28-29  27-28  least and greatest speed u8 km/h
        -      -      -      29     radar tunes itself
        13     19     30     30     sensitivity u8
        -      -      -      31-33  firmware of the solar charger

35 bytes are of a later version, which is not known here. Published: TheThingsNetwork/lorawan-devices, vendor/parametric. The
units of minutes, degrees, centimetres and km/h are those of the maker's pages.
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
LATER_BYTES = 35


LEFT_TO_RIGHT = layout.unsigned("people_in")
RIGHT_TO_LEFT = layout.unsigned("people_out")
TEMPERATURE = layout.tenths("temperature_c")

BEFORE_BATTERY = (
    Field("count from left to right", 2, LEFT_TO_RIGHT),
    Field("count from right to left", 2, RIGHT_TO_LEFT),
    Field("total from left to right", 2, layout.total("total_in", bits=16)),
    Field("total from right to left", 2, layout.total("total_out", bits=16)),
)
AFTER_BATTERY = (Field("solar panel", 2, read_past), Field("temperature", 2, TEMPERATURE))
VERSIONS = {
    3: (*BEFORE_BATTERY, Field("battery", 1, read_past), *AFTER_BATTERY),
    4: (*BEFORE_BATTERY, Field("battery", 2, layout.unsigned("battery_mv")), *AFTER_BATTERY),
}
KIND = Field("kind of device", 1, read_past)
FIRMWARE = Field("firmware", 3, layout.about_version("firmware"))
INTERVAL = Field("interval of reports", 2, layout.about("report_every_min"))
LINK_CHECK = Field("interval of link checks", 2, read_past)
HOLD_OFF = Field("hold-off", 2, layout.about("hold_off"))
BEAM = Field("angle of the beam", 1, layout.about("beam_deg"))
SENSITIVITY = Field("sensitivity", 1, layout.about("sensitivity"))
LIMITS = (
    Field("nearest distance", 2, layout.about("nearest_mm", times=10)),
    Field("farthest distance", 2, layout.about("farthest_mm", times=10)),
    Field("least speed", 1, layout.about("slowest_km_h")),
    Field("greatest speed", 1, layout.about("fastest_km_h")),
)
WITH_HEAD = (
    Field("head", HEAD_BYTES, read_past),
    KIND,
    FIRMWARE,
    Field("modes", 4, read_past),
    INTERVAL,
    LINK_CHECK,
    Field("capacity limit", 2, read_past),
    HOLD_OFF,
)
CONFIGURATIONS = {
    14: (
        Field("kind of device", 1, read_past),
        FIRMWARE,
        Field("modes", 3, read_past),
        INTERVAL,
        LINK_CHECK,
        HOLD_OFF,
        SENSITIVITY,
    ),
    20: (*WITH_HEAD, SENSITIVITY),
    31: (
        *WITH_HEAD,
        Field("inactivity and mounting direction", 3, read_past),
        Field("mounting tilt", 1, layout.about("mounting_tilt_deg")),
        BEAM,
        *LIMITS,
        SENSITIVITY,
    ),
    34: (
        *WITH_HEAD,
        Field("inactivity", 2, read_past),
        Field("radar switch", 1, layout.about_yes("radar_on")),
        BEAM,
        *LIMITS,
        Field("radar tuning", 1, layout.about_yes("radar_tunes_itself")),
        SENSITIVITY,
        Field("firmware of the solar charger", 3, layout.about_version("charger_firmware")),
    ),
}
HEAD_OF = {20: 3, 31: 4, 34: 5}
ELSYS = {0x01: TEMPERATURE, 0x0A: LEFT_TO_RIGHT, 0x16: RIGHT_TO_LEFT}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One count reading; of a configuration what it tells of the device. Raises DecodeError where nothing can be read."""
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
    """What a configuration tells of the device. Raises DecodeError for what is no configuration of any version."""
    length = len(payload)
    version = HEAD_OF.get(length)
    if length == LATER_BYTES and payload.startswith(MAKER):
        return Decoded((), "A configuration of 35 bytes is of a version that is not known here; it is not read.")
    if length not in CONFIGURATIONS or (version is not None and payload[:HEAD_BYTES] != bytes([*MAKER, version])):
        raise DecodeError(f"{length} bytes from {payload[:HEAD_BYTES].hex(' ').upper() or 'nothing'} on are no configuration.")
    return layout.read(payload, CONFIGURATIONS[length]).device()
