"""What is wrong with a device, in words that a council can act on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from streets.health.scales import is_flat

TROUBLES = ("never_heard", "silent", "battery", "stuck", "echoes", "loss")
"""In the order in which they are told. A device without any is well."""

BATTERY_ENDS_WITHIN = timedelta(weeks=8)
LOSS_SHARE = 0.10
LEAST_FRAMES = 50
"""Frames of the last seven days below which a share lost says little."""
ECHO_SHARE = 0.25
LEAST_ECHOES = 24


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of a device at its present post.

    `heard_at` is the last word about what it measures, None: there was none since `posted_at`. Frames and echoes are of the last
    seven days. `stuck` is what the bin's or the counter's own judgement says.
    """

    posted_at: datetime
    heard_at: datetime | None
    silent_after_s: float
    battery_pct: float | None
    battery_mv: float | None
    battery_low: bool
    battery_flat_at: datetime | None
    frames_heard: int
    frames_missing: int
    echoes: int
    invalid_echoes: int
    stuck: bool


def share(part: int, whole: int, least: int) -> float | None:
    """The share of the whole, 0 to 1; None where the whole is less than `least`."""
    return part / whole if whole >= max(least, 1) else None


def troubles_of(known: Condition, at: datetime) -> dict[str, datetime | None]:
    """The troubles at the time `at`, each with since when, or None where it is since it was first seen.

    Of a silent device only the silence, its battery and its losses are told: the rest is of a time that is over.
    """
    found: dict[str, datetime | None] = {}
    patience = timedelta(seconds=known.silent_after_s)
    if known.heard_at is None:
        if at - known.posted_at > patience:
            found["never_heard"] = known.posted_at
    elif at - known.heard_at > patience:
        found["silent"] = known.heard_at
    if is_flat(known.battery_pct, known.battery_mv) or battery_ends(
        known.battery_low, known.battery_flat_at, at + BATTERY_ENDS_WITHIN
    ):
        found["battery"] = None
    speaks = not found.keys() & {"never_heard", "silent"}
    if speaks and known.stuck:
        found["stuck"] = None
    if speaks and (share(known.invalid_echoes, known.echoes, LEAST_ECHOES) or 0.0) >= ECHO_SHARE:
        found["echoes"] = None
    if (share(known.frames_missing, known.frames_heard + known.frames_missing, LEAST_FRAMES) or 0.0) >= LOSS_SHARE:
        found["loss"] = None
    return found


def battery_ends(low: bool | None, flat_at: datetime | None, until: datetime) -> bool:
    """Whether a battery wants replacing until then: by the device's own word, or its expected end."""
    return bool(low) or (flat_at is not None and flat_at <= until)
