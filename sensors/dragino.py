"""What Dragino's distance sensors have in common: fixed places, big-endian, three ports.

Port 2  data, by the kind of sensor
Port 3  stored log: records of 11 bytes, each ending in its time u32, Unix seconds by the device's clock
Port 5  the device, 7 bytes: model u8 (read past), firmware u16 in hexadecimal digits (0114 is 1.1.4), band u8 and sub-band u8
        (read past), battery u16 mV

Data of an ultrasonic sensor, 8 bytes:

[0-1]  battery      u16, mV in the lower 14 bits
[2-3]  distance     u16, mm; below 20 is no valid echo
[4]    interrupt    u8, 1 where a switch asked for the frame; not read
[5-6]  temperature  s16, tenths of a degree C of an optional DS18B20 probe; 0 where none is fitted, so 0 is never a reading
[7]    sensor       u8, 1 connected, 0 not

Its stored record: battery u16, distance u16, temperature s16, flags u8 (bit 6: sent because it was asked for; not read), time.

Data of four ultrasonic probes, 11 bytes: battery, four distances u16 mm, message type u8 (not read). All look into the one
bin where the device is installed, so their median is its distance. Stored record: flags u8, distances of probes 1 to 3, time.

Data of a LiDAR, 11 bytes:

[0-1]  battery      u16, mV in the lower 14 bits
[2-3]  temperature  s16, tenths of a degree C of an optional probe; not read, as the LiDAR has its own
[4-5]  distance     u16, mm
[6-7]  signal       u16, strength of the echo without a unit; when weak the distance is not to be trusted
[8]    flags        u8, interrupt; not read
[9]    temperature  s8, degrees C of the LiDAR
[10]   message type u8, not read

Its stored record: flags u16, temperature of the probe s16, distance u16, temperature of the LiDAR s8, time; no signal.

The stored records of probes and LiDARs are as the maker's published decoders have them; not confirmed on a device.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sensors.echoes import middle_mm
from sensors.readings import Decoded, DecodeError, LevelReading, UnknownPort

DATA_PORT, LOG_PORT, DEVICE_PORT = 2, 3, 5
DATA_LENGTH, WIDE_LENGTH, RECORD_LENGTH, DEVICE_LENGTH = 8, 11, 11, 7
LEAST_ECHO_MM = 20
DS18B20_C = (-55.0, 125.0)


@dataclass(frozen=True, slots=True)
class Sensor:
    """How a model's data and stored records are read."""

    model: str
    data: Callable[[bytes], Decoded]
    record: Callable[[bytes], LevelReading]


def decode(payload: bytes, port: int | None, sensor: Sensor) -> Decoded:
    """The reading of a data or device frame, or those of a stored log. Raises DecodeError on another port or length."""
    if port == DATA_PORT:
        return sensor.data(payload)
    if port == LOG_PORT:
        return _log(payload, sensor.record)
    if port == DEVICE_PORT:
        of_length(payload, DEVICE_LENGTH)
        about = (("firmware", _firmware(payload[1:3])),)
        return Decoded((LevelReading(battery_mv=battery_mv(payload[5:7])),), about=about)
    raise UnknownPort(f"{sensor.model} reports on ports 2, 3 and 5; this frame came on port {port}.")


def ultrasonic(model: str, word: Callable[[int], str | None]) -> Sensor:
    """An ultrasonic sensor; `word` tells why a distance in mm is none."""

    def data(payload: bytes) -> Decoded:
        of_length(payload, DATA_LENGTH)
        return Decoded((ultrasonic_reading(payload, word),))

    def record(stored: bytes) -> LevelReading:
        return measured(u(stored[2:4]), word(u(stored[2:4])))._replace(
            battery_mv=battery_mv(stored[:2]), temperature_c=probe_c(stored[4:6]), observed_at=time(stored)
        )

    return Sensor(model, data, record)


def ultrasonic_reading(payload: bytes, word: Callable[[int], str | None]) -> LevelReading:
    """What the eight bytes of an ultrasonic sensor say."""
    distance_mm = u(payload[2:4])
    refused = word(distance_mm) if payload[7] else "sensor_fault"
    return measured(distance_mm, refused)._replace(battery_mv=battery_mv(payload[:2]), temperature_c=probe_c(payload[5:7]))


def four_probes(model: str) -> Sensor:
    """An ultrasonic sensor with four probes."""

    def data(payload: bytes) -> Decoded:
        of_length(payload, WIDE_LENGTH)
        return Decoded((_together(payload[2:10])._replace(battery_mv=battery_mv(payload[:2])),))

    def record(stored: bytes) -> LevelReading:
        return _together(stored[1:7])._replace(observed_at=time(stored))

    return Sensor(model, data, record)


def lidar(model: str, word: Callable[[int, int | None], str | None]) -> Sensor:
    """A LiDAR; `word` tells why a distance in mm is none, from it and the signal (None in a stored record)."""

    def data(payload: bytes) -> Decoded:
        of_length(payload, WIDE_LENGTH)
        distance_mm, signal = u(payload[4:6]), u(payload[6:8])
        reading = measured(distance_mm, word(distance_mm, signal))
        return Decoded((reading._replace(battery_mv=battery_mv(payload[:2]), temperature_c=s8(payload[9]), signal=signal),))

    def record(stored: bytes) -> LevelReading:
        distance_mm = u(stored[4:6])
        return measured(distance_mm, word(distance_mm, None))._replace(temperature_c=s8(stored[6]), observed_at=time(stored))

    return Sensor(model, data, record)


def no_echo(distance_mm: int) -> str | None:
    """Why a distance is none, of an ultrasonic sensor."""
    return "no_echo" if distance_mm < LEAST_ECHO_MM else None


def no_echo_75(distance_mm: int) -> str | None:
    """The same of the 75 series, whose newer firmware says 20 for all in its blind zone of 280 mm (not confirmed)."""
    return "too_close" if distance_mm == LEAST_ECHO_MM else no_echo(distance_mm)


def measured(distance_mm: int, word: str | None) -> LevelReading:
    """A reading of a distance, or of the word why there is none."""
    return LevelReading(cannot_measure=word) if word else LevelReading(distance_mm=distance_mm)


def of_length(payload: bytes, length: int) -> None:
    """Raises DecodeError where the frame has another length."""
    if len(payload) != length:
        raise DecodeError(f"On this port {length} bytes are sent; this frame has {len(payload)}.")


def battery_mv(data: bytes) -> int:
    """mV in the lower 14 bits; the upper two tell of a switch."""
    return u(data) & 0x3FFF


def probe_c(data: bytes) -> float | None:
    """Degrees C of the temperature probe; None where the value says that none is fitted."""
    value = int.from_bytes(data, "big", signed=True) / 10
    return value if value and DS18B20_C[0] <= value <= DS18B20_C[1] else None


def u(data: bytes) -> int:
    """Unsigned, big-endian."""
    return int.from_bytes(data, "big")


def s8(byte: int) -> int:
    """A byte with its sign."""
    return byte - 256 if byte > 127 else byte


def time(stored: bytes) -> datetime:
    """The time that ends a stored record."""
    return datetime.fromtimestamp(u(stored[7:11]), UTC)


def _firmware(data: bytes) -> str:
    return ".".join(data.hex().lstrip("0") or "0")


def _together(distances: bytes) -> LevelReading:
    """A reading of several probes; one without an echo has no say."""
    heard = [mm for mm in (u(distances[at : at + 2]) for at in range(0, len(distances), 2)) if no_echo(mm) is None]
    middle = middle_mm(heard)
    return LevelReading(cannot_measure="no_echo") if middle is None else LevelReading(distance_mm=middle)


def _log(payload: bytes, record: Callable[[bytes], LevelReading]) -> Decoded:
    """The readings of a stored log. Raises DecodeError where it holds no whole record."""
    whole = len(payload) - len(payload) % RECORD_LENGTH
    if not whole:
        raise DecodeError(f"A stored log is of records of {RECORD_LENGTH} bytes; this frame has {len(payload)}.")
    refused = f"The frame ends within record {whole // RECORD_LENGTH + 1}; it is not read." if whole < len(payload) else None
    return Decoded(tuple(record(payload[at : at + RECORD_LENGTH]) for at in range(0, whole, RECORD_LENGTH)), refused)
