"""What cannot be true: senders we do not know, times out of the world, values no device could have seen.

Each check returns None or the Reject; what is merely unlikely passes, for the meaning to judge.
"""

from datetime import UTC, datetime, timedelta

from ingest.registry import Installation, Post
from ingest.uplink import Reject, Uplink
from sensors.readings import CountReading, LevelReading, told

# Clocks of network servers differ by seconds; more than this is a wrong clock (facts: networks 2.4).
AHEAD_AT_MOST = timedelta(minutes=5)
NO_SENSOR_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
# An echo can come from beyond the rated range, though not from twice as far; the longest-ranged sensors reach 10 m.
RANGES_AT_MOST = 2
RANGE_OF_ANY_MM = 10_000
# A dense crowd passes at 1.4 people per second and metre of width (Fruin 1971: the end of level of service E); 20 metres of it.
PEOPLE_PER_S_AT_MOST = 28
PERIOD_S_AT_MOST = 7 * 86_400
COUNTER_AT_MOST = 2**32 - 1
# Networks use 8 to 44; an index has no room for some thousand.
LONGEST_SESSION = 128


def unregistered(uplink: Uplink) -> Reject:
    """The device is not one of ours."""
    return Reject("unknown_device", f"No device {uplink.device} is registered: register it, say where it stands, then try again.")


def unserved(uplink: Uplink) -> Reject:
    """The phone speaks to a council that is not one of ours."""
    return Reject("unknown_council", f"There is no council {uplink.council!r} here: `streets council add` it, then replay.")


def sender(uplink: Uplink, post: Post) -> Reject | None:
    """Whether the device may speak: for this council, as this model."""
    if uplink.council is not None and uplink.council != post.council:
        return Reject("wrong_council", f"Device {uplink.device} belongs to another council than {uplink.council}.")
    if uplink.model is not None and uplink.model != post.model:
        return Reject("wrong_model", f"Device {uplink.device} is registered as {post.model}, and says it is {uplink.model}.")
    return None


def frame(uplink: Uplink) -> Reject | None:
    """Whether counter and session are ones that a frame can have; what envelopes hold ports to, they check themselves."""
    if not 0 <= uplink.f_cnt <= COUNTER_AT_MOST:
        return Reject("impossible_value", f"A frame counter of {uplink.f_cnt} is not possible.")
    if len(uplink.session) > LONGEST_SESSION:
        return Reject("impossible_value", f"A session's name of {len(uplink.session)} letters is not possible.")
    return None


def time(observed_at: datetime, received_at: datetime) -> Reject | None:
    """Whether the time of observation can be true, whoever told it."""
    if observed_at > received_at + AHEAD_AT_MOST:
        return Reject("time_in_future", f"Observed at {observed_at.isoformat()}, received at {received_at.isoformat()}.")
    if observed_at < NO_SENSOR_BEFORE:
        return Reject("time_before_2000", f"Observed at {observed_at.isoformat()}: the clock that said so was not set.")
    return None


def nowhere(post: Post, observed_at: datetime, reading: LevelReading | CountReading) -> Reject:
    """The device did not stand anywhere at that time; what it said helps to say how it is mounted."""
    said = ", ".join(f"{name} {value}" for name, value in told(reading).items() if name not in ("kind", "observed_at"))
    if post.installations and observed_at < post.installations[0].valid_from:
        since = post.installations[0].valid_from.isoformat()
        return Reject(
            "time_before_installation",
            f"Observed at {observed_at.isoformat()}; the device was installed at {since}. It said {said}.",
        )
    return Reject(
        "not_installed",
        f"The device stood nowhere at {observed_at.isoformat()}: say where it stood, then try again. It said {said}.",
    )


def values(reading: LevelReading | CountReading, installation: Installation) -> Reject | None:
    """Whether a device mounted like this could have seen what the reading says."""
    within = _level(reading, installation) if isinstance(reading, LevelReading) else _count(reading, installation)
    if within is not None:
        return within
    if reading.battery_pct is not None and not 0 <= reading.battery_pct <= 100:
        return _impossible("battery_pct", reading.battery_pct, 0, 100)
    if reading.battery_mv is not None and not 0 <= reading.battery_mv <= 65_535:
        return _impossible("battery_mv", reading.battery_mv, 0, 65_535)
    return None


def _level(reading: LevelReading, installation: Installation) -> Reject | None:
    if reading.distance_mm is None:
        return None
    farthest_mm = RANGES_AT_MOST * (installation.max_range_mm or RANGE_OF_ANY_MM)
    if 0 <= reading.distance_mm <= farthest_mm:
        return None
    return _impossible("distance_mm", reading.distance_mm, 0, farthest_mm)


def _count(reading: CountReading, installation: Installation) -> Reject | None:
    if reading.period_s is not None and not 1 <= reading.period_s <= PERIOD_S_AT_MOST:
        return _impossible("period_s", reading.period_s, 1, PERIOD_S_AT_MOST)
    people_most = PEOPLE_PER_S_AT_MOST * (reading.period_s or installation.period_s or PERIOD_S_AT_MOST)
    total_most = 2 ** (reading.total_bits or 32) - 1
    return (
        _count_between("people_in", reading.people_in, people_most)
        or _count_between("people_out", reading.people_out, people_most)
        or _count_between("total_in", reading.total_in, total_most)
        or _count_between("total_out", reading.total_out, total_most)
    )


def _count_between(name: str, value: int | None, most: int) -> Reject | None:
    return None if value is None or 0 <= value <= most else _impossible(name, value, 0, most)


def _impossible(name: str, value: float, least: int, most: int) -> Reject:
    return Reject("impossible_value", f"{name} {value} is not between {least} and {most}.")
