"""How full a bin is: a distance and the installation record give a fill, or a reason why there is none.

    fill = (empty_mm - distance_mm) / (empty_mm - full_mm)

with `empty_mm` what this very sensor reads in the just-emptied bin and `full_mm` what it reads where crews call the bin
full (OMA LwM2M object 3435 "Filling level" holds the same pair as container height and actual level; the blind zone and
sentinels of each maker are in its decoder). The figure is kept unclamped, because one that is steadily below 0 or far
above 100 tells of a wrong record. Expect quartiles, not per cent: bin sensors are good enough for that and no more.
"""

from dataclasses import dataclass

REASON_OF_DEVICE_WORD = {
    "no_echo": "no_echo",
    "too_close": "too_close",
    "too_far": "out_of_range",
    "sensor_fault": "sensor_fault",
    "disabled": "sensor_fault",
}
REASON_OF_ALARM = {"fire": "fire", "temperature": "hot", "tilt": "tilted", "vandal": "tampered"}
NOT_MEASURABLE = (
    "no_echo",
    "too_close",
    "tilted",
    "blind_zone",
    "out_of_range",
    "sensor_fault",
    "fire",
    "hot",
    "tampered",
    "stuck",
    "wrong_record",
)
INVALID_ECHOES = ("no_echo", "out_of_range", "sensor_fault")
"""Looks that were no use because of the sensor or what hangs before it. Too close and blind zone are not of them: the bin may be
full; nor is a tilt: it has an alarm of its own."""


@dataclass(frozen=True, slots=True)
class Mount:
    """How a sensor sits in a bin, from the installation record. All in millimetres from the sensor's face.

    Of one that looks up from below the container `full_mm` is the greater: the formula is the same.
    """

    empty_mm: int
    full_mm: int
    blind_zone_mm: int
    max_range_mm: int | None


@dataclass(frozen=True, slots=True)
class Fill:
    """Exactly one of the two is known: a fill in per cent, unclamped, or the reason (one of NOT_MEASURABLE) why not."""

    fill_pct: float | None
    not_measurable: str | None


def fill_of(
    mount: Mount,
    distance_mm: int | None,
    cannot_measure: str | None,
    tilted: bool | None,
    alarms: tuple[str, ...] | list[str],
) -> Fill | None:
    """The fill that one reading of a level sensor tells, or None where the frame did not speak of it (battery only)."""
    for alarm in alarms:
        if alarm in REASON_OF_ALARM:
            return Fill(None, REASON_OF_ALARM[alarm])
    if tilted:
        return Fill(None, "tilted")
    if cannot_measure is not None:
        return Fill(None, REASON_OF_DEVICE_WORD.get(cannot_measure, "sensor_fault"))
    if distance_mm is None:
        return None
    if distance_mm < mount.blind_zone_mm:
        return Fill(None, "blind_zone")
    if mount.max_range_mm is not None and distance_mm > mount.max_range_mm:
        return Fill(None, "out_of_range")
    return Fill(100 * (mount.empty_mm - distance_mm) / (mount.empty_mm - mount.full_mm), None)


def clamped(fill_pct: float) -> float:
    """The fill as people see it: 0 to 100."""
    return min(100.0, max(0.0, fill_pct))


def nearest_quarter(fill_pct: float) -> int:
    """The fill in the words that sensors are good for: 0, 25, 50, 75 or 100 per cent, the nearest; halves go up."""
    return 25 * int(clamped(fill_pct) / 25 + 0.5)
