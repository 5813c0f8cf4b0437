"""The messages of direct devices: JSON with the reading in words, one object a message."""


def bin_reading(distance_mm: int | None, tilted: bool, temperature_c: float, battery_pct: float) -> str:
    """The `reading` of a direct bin; a sensor without an echo says so instead of a distance."""
    level = '"cannot_measure":"no_echo"' if distance_mm is None else f'"distance_mm":{distance_mm}'
    words = f'"tilted":{str(tilted).lower()},"temperature_c":{temperature_c:.1f},"battery_pct":{battery_pct:.0f}'
    return f"{{{level},{words}}}"


def counter_reading(people_in: int, people_out: int, period_s: int) -> str:
    """The `reading` of a direct counter: people each way in the period that ends at `observed_at`."""
    return f'{{"people_in":{people_in},"people_out":{people_out},"period_s":{period_s}}}'
