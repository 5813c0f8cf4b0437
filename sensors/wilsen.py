"""What Pepperl+Fuchs WILSEN devices have in common: length(1) id(2) value, big-endian, in any order, on port 1.

The length counts the id and the value, so that records with an unknown id can be stepped over. Every model may tell of
itself 2A25, its serial number (text of 14). Read past in every model:

5001, 5002 latitude and longitude: where it stands is the asset's to say
3101 uplinks, 3102 GPS fixes, 3103 measurements so far; F4xx the device's configuration, whose units are not confirmed
"""

from collections.abc import Mapping
from struct import unpack
from typing import Any

from sensors import layout
from sensors.layout import Field, Said
from sensors.readings import Decoded, DecodeError

PORT = 1
ID_BYTES = 2
TEMPERATURES_C = (-60.0, 150.0)


def temperature_c(data: bytes) -> dict[str, Any]:
    """float32, degrees C; the hundredths are as fine as its sensor is."""
    (value,) = unpack(">f", data)
    if not TEMPERATURES_C[0] <= value <= TEMPERATURES_C[1]:
        raise DecodeError(f"A temperature of {value:g} degrees C is not possible.")
    return {"temperature_c": round(value, 2)}


def serial_number(data: bytes) -> dict[str, Any]:
    """Text, filled up with zeros or blanks."""
    text = data.decode("latin-1").strip("\0 ")
    if not text.isprintable():
        raise DecodeError("The serial number is not text.")
    return {"about": {"serial_number": text}}


QUANTITIES: Mapping[int, Field] = {
    0x0201: Field("temperature", 4, temperature_c),
    0x0B01: Field("distance", 2, layout.unsigned("distance_mm", times=10)),
    0x0B02: Field("distance", 2, layout.unsigned("distance_mm")),
    0x5101: Field("battery", 1, layout.unsigned("battery_mv", times=100)),
    0x2A25: Field("serial number", 14, serial_number),
}
DISTANCE_CM, DISTANCE_MM = 0x0B01, 0x0B02


def level(payload: bytes, port: int | None, quantities: Mapping[int, Field]) -> Decoded:
    """One level reading, or none where no record is of `quantities`. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (PORT,), "WILSEN.sonic")
    records, said = _records(payload)
    has_mm = any(name == DISTANCE_MM for name, _ in records)
    for name, value in records:
        quantity = quantities.get(name)
        if quantity is None or (name == DISTANCE_CM and has_mm):
            continue
        if len(value) == quantity.width:
            said.take(quantity.read, value)
        else:
            said.refusals.append(
                f"Record {name:04X}, its {quantity.name}, has a value of length {len(value)}, not {quantity.width}."
            )
    return said.level()


def _records(payload: bytes) -> tuple[list[tuple[int, bytes]], Said]:
    """The ids and values of a frame in their order, and why it could not be cut further, if so."""
    said = Said()
    if not payload:
        said.refuse(0, "the frame holds no bytes.")
    records = []
    at = 0
    while at < len(payload):
        length = payload[at]
        end = at + 1 + length
        if length < ID_BYTES:
            said.refuse(at, f"a record of length {length} has no id; it and what follows are not read.")
            break
        if end > len(payload):
            said.refuse(at, "the frame ends within a record.")
            break
        records.append((layout.u(payload[at + 1 : at + 3]), payload[at + 3 : end]))
        at = end
    return records, said
