"""The two messages of a phone: one impact, and how often one street was driven in a week. Never a trace."""


def bump(lat: float, lon: float, hour_start: str, severity_g: float, octant: int, speed_band: str, quality: float) -> str:
    """One impact; the place to 5 decimals (1 m), the time to the hour."""
    return (
        f'{{"lat":{lat:.5f},"lon":{lon:.5f},"hour_start":"{hour_start}","severity_g":{severity_g:.2f},'
        f'"heading_octant":{octant},"speed_band":"{speed_band}","quality":{quality:.2f}}}'
    )


def coverage(street: str, week_start: str, passes: int) -> str:
    """Passes over one street (its USRN) in the week that began on that Monday."""
    return f'{{"street":"{street}","week_start":"{week_start}","passes":{passes}}}'
