"""Milesight frames, port 85: channel, type, data; numbers are little-endian (facts of the user guides).

EM310-UDL has its distance on channel 03, the EM400 family on channel 04, because 03 is its temperature.
"""

from struct import pack


def em310(battery_pct: int, distance_mm: int, tilted: bool) -> bytes:
    """EM310-UDL: 01 75 battery %, 03 82 distance mm u16, 04 00 position (1 = tilted)."""
    return pack("<2sB2sH2sB", b"\x01\x75", battery_pct, b"\x03\x82", distance_mm, b"\x04\x00", tilted)


def em400(battery_pct: int, temperature_c: float, distance_mm: int, tilted: bool) -> bytes:
    """EM400 family: 01 75 battery %, 03 67 temperature s16/10 C, 04 82 distance mm u16, 05 00 position (1 = tilted)."""
    parts = (b"\x01\x75", battery_pct, b"\x03\x67", round(temperature_c * 10), b"\x04\x82", distance_mm, b"\x05\x00", tilted)
    return pack("<2sB2sh2sH2sB", *parts)


def vs133_periods(people: list[tuple[int, int]]) -> bytes:
    """VS133: per line 05/08/0B/0E CC people in u16, people out u16 of the period."""
    return b"".join(pack("<BBHH", 0x05 + 3 * line, 0xCC, *counts) for line, counts in enumerate(people))


def vs133_totals(totals: list[tuple[int, int]]) -> bytes:
    """VS133: per line 03/06/09/0C D2 total in u32 and 04/07/0A/0D D2 total out u32."""
    return b"".join(
        pack("<BBIBBI", 0x03 + 3 * line, 0xD2, total_in % 2**32, 0x04 + 3 * line, 0xD2, total_out % 2**32)
        for line, (total_in, total_out) in enumerate(totals)
    )


def vs350(battery_pct: int, temperature_c: float, total: tuple[int, int], period: tuple[int, int]) -> bytes:
    """VS350: 01 75 battery %, 03 67 temperature, 04 CC totals u16 (they wrap), 05 CC people of the period u16."""
    totals = (total[0] % 2**16, total[1] % 2**16)
    parts = (b"\x01\x75", battery_pct, b"\x03\x67", round(temperature_c * 10), b"\x04\xcc", *totals, b"\x05\xcc", *period)
    return pack("<2sB2sh2sHH2sHH", *parts)


def vs350_history(unix_s: int, period: tuple[int, int], total: tuple[int, int]) -> bytes:
    """VS350: 20 CE, a stored record of kind 1: Unix time u32, people in and out u16, totals u16."""
    return pack("<2sIBHHHH", b"\x20\xce", unix_s, 1, *period, total[0] % 2**16, total[1] % 2**16)
