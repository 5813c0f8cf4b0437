"""Whether the sensor is heard where it hangs: frames lost, days with too few readings, silence, and what its battery lost."""

from dataclasses import dataclass

import numpy as np

from streets.suitability.fortnight import DAY_S, Fortnight

FEWEST_A_DAY = 4.0
"""Readings that a day needs for an emptying to be seen on it: three on the one side or the other, and one beside them."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """`days_heard` of `days` had a word; of the `days_between` the first and the last word `days_thin` had too few.

    `loss_share` is frames missing / sent by the device's own counter, None where it has none. `longest_silence_s` includes the
    silence at the end, and that at the begin of a sensor that had spoken before. `battery_lost_pct` is the loss of points over
    the fortnight, None where the device does not tell.
    """

    days: int
    days_heard: int
    days_between: int
    days_thin: int
    frames_sent: int | None
    loss_share: float | None
    longest_silence_s: float
    battery_pct: float | None
    battery_lost_pct: float | None
    battery_mv: float | None


def hearing_of(fortnight: Fortnight) -> Hearing:
    """The figures of one installation's fortnight."""
    at_s = np.array([one.at_s for one in fortnight.said])
    begin_s = [fortnight.starts_s] if fortnight.spoke_before or not len(at_s) else []
    edges_s = np.concatenate((begin_s, at_s, [fortnight.ends_s]))
    by_day = np.histogram(at_s, bins=np.arange(fortnight.starts_s, fortnight.ends_s + 1, DAY_S))[0]
    heard = np.flatnonzero(by_day)
    between = by_day[heard[0] : heard[-1] + 1] if len(heard) else by_day[:0]
    enough = min(FEWEST_A_DAY, DAY_S / fortnight.report_every_s / 2)
    sent = None if fortnight.heard is None or fortnight.missing is None else fortnight.heard + fortnight.missing
    battery = [one.battery_pct for one in fortnight.said if one.battery_pct is not None]
    return Hearing(
        days=len(by_day),
        days_heard=len(heard),
        days_between=len(between),
        days_thin=int(np.sum(between < enough)),
        frames_sent=sent,
        loss_share=fortnight.missing / sent if sent and fortnight.missing is not None else None,
        longest_silence_s=float(np.diff(edges_s).max()),
        battery_pct=battery[-1] if battery else None,
        battery_lost_pct=_lost(battery),
        battery_mv=next((one.battery_mv for one in reversed(fortnight.said) if one.battery_mv is not None and not battery), None),
    )


def _lost(battery_pct: list[float]) -> float | None:
    """Points lost between the median of the first and that of the last tenth of the readings; a new battery loses nothing."""
    some = len(battery_pct) // 10
    if not some:
        return None
    return max(0.0, float(np.median(battery_pct[:some]) - np.median(battery_pct[-some:])))
