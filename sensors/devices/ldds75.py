"""Dragino LDDS75, ultrasonic distance sensor on a probe. Port 2, big-endian, fixed places.

Old firmware, 5 bytes:      [0-1] battery  [2-3] distance  [4] interrupt
Firmware from 1.1.4, 8:     [0-1] battery  [2-3] distance  [4] interrupt  [5-6] temperature  [7] probe 1 connected, 0 not
Either with no probe, 4:    [0-1] battery  the rest says nothing

battery      u16, mV in the lower 14 bits
distance     u16, mm; below 20 is no valid echo
temperature  s16, tenths of a degree C of an optional DS18B20 probe; 0 where none is fitted, so 0 is never taken for a reading

Its blind zone reaches to about 280 mm. The Things Network's published decoder writes the battery into the distance.
"""

from sensors.readings import Decoded, DecodeError, LevelReading, UnknownPort

MODEL = "ldds75"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

PORT = 2
LENGTHS = (4, 5, 8)
LEAST_ECHO_MM = 20
DS18B20_C = (-55.0, 125.0)


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading. Raises DecodeError on another port and on another length."""
    if port != PORT:
        raise UnknownPort(f"LDDS75 reports distances on port {PORT}; this frame came on port {port}.")
    if len(payload) not in LENGTHS:
        raise DecodeError(f"LDDS75 sends 5 or 8 bytes, or 4 without a probe; this frame has {len(payload)}.")
    battery_mv = int.from_bytes(payload[:2], "big") & 0x3FFF
    distance_mm = int.from_bytes(payload[2:4], "big")
    temperature_c = probe_c(payload[5:7]) if len(payload) == 8 else None
    if len(payload) == 4 or (len(payload) == 8 and payload[7] == 0):
        reading = LevelReading(battery_mv=battery_mv, temperature_c=temperature_c, cannot_measure="sensor_fault")
    elif distance_mm < LEAST_ECHO_MM:
        reading = LevelReading(battery_mv=battery_mv, temperature_c=temperature_c, cannot_measure="no_echo")
    else:
        reading = LevelReading(battery_mv=battery_mv, temperature_c=temperature_c, distance_mm=distance_mm)
    return Decoded((reading,))


def probe_c(data: bytes) -> float | None:
    """Degrees C of the temperature probe; None where the value says that none is fitted."""
    value = int.from_bytes(data, "big", signed=True) / 10
    return value if value and DS18B20_C[0] <= value <= DS18B20_C[1] else None
