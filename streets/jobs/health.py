"""Job: how the devices are. Some are learned anew each minute; all are judged, because silence comes by the clock; alarms end."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from streets.health.alarms import ended_at
from streets.health.battery import BatteryDay, Outlook, outlook
from streets.health.rhythm import rhythm_of
from streets.health.scales import MILLIVOLTS, PERCENT
from streets.health.troubles import troubles_of
from streets.store import alarms, health
from streets.store.database import Connection, Database
from streets.store.health import BatteryTold, DeviceToLearn, Health, Heard, Trouble

LEARNED_FOR = timedelta(hours=6)
LEARNED_AT_ONCE = 100
LEARNED_A_RUN = 500
RHYTHM_OF = timedelta(days=14)
BATTERY_OF = timedelta(days=120)
COMMITTED_WITHIN = timedelta(minutes=5)
"""What was received may be committed so much later: it is listened to again."""
LOW_WITHIN = timedelta(days=7)
UNFIT_LATELY = timedelta(hours=3)
DAY_S = 86_400


def tell_health(db: Database, at: datetime) -> str:
    """Learn what is due, listen, judge every device, and end the alarms that are over."""
    learned = 0
    while learned < LEARNED_A_RUN:
        with db.transaction() as conn:
            some = learn(conn, at)
        learned += some
        if some < LEARNED_AT_ONCE:
            break
    with db.transaction() as conn:
        troubled = judge(conn, at)
        ended = end_alarms(conn, at)
    return f"{learned} devices learned, {troubled} troubles, {ended} alarms ended"


def learn(conn: Connection, at: datetime) -> int:
    """Work out rhythm, battery, losses and echoes of some devices anew; return how many."""
    due = health.to_learn(conn, at, at - LEARNED_FOR, LEARNED_AT_ONCE)
    device_ids = [one.device_id for one in due]
    heard = health.words_heard(conn, device_ids, at - RHYTHM_OF, at)
    batteries = health.batteries(conn, device_ids, at - BATTERY_OF, at)
    health.keep(conn, [_learned(one, heard.get(one.device_id), batteries[one.device_id], at) for one in due])
    return len(due)


def judge(conn: Connection, at: datetime) -> int:
    """Listen to what was received since the last time, and tell what is wrong with each device; return how many troubles."""
    health.forget_removed(conn, at)
    until = health.heard_until(conn) or at
    health.hear(conn, until - COMMITTED_WITHIN, at)
    troubles = [
        Trouble(one.device_id, trouble, since)
        for one in health.conditions(conn, at, at - UNFIT_LATELY)
        for trouble, since in troubles_of(one, at).items()
    ]
    health.keep_troubles(conn, troubles, at)
    return len(troubles)


def end_alarms(conn: Connection, at: datetime) -> int:
    """End the alarms whose devices have said normal things since, or were taken away; return how many."""
    ended = 0
    for alarm in alarms.open_alarms(conn, at):
        over_at = ended_at(alarm.kind, alarm.late, alarm.words) or alarm.removed_at
        if over_at is not None:
            alarms.end(conn, alarm.alarm_id, over_at)
            ended += 1
    return ended


def _learned(one: DeviceToLearn, heard: Heard | None, told: Sequence[BatteryTold], at: datetime) -> Health:
    rhythm = rhythm_of(heard.at_s, one.report_every_s, heard.delay_s) if heard else rhythm_of((), one.report_every_s)
    by_pct = outlook([_day(each, each.battery_pct) for each in told if each.battery_pct is not None], PERCENT)
    by_mv = outlook([_day(each, each.battery_mv) for each in told if each.battery_mv is not None], MILLIVOLTS)
    battery = by_pct or by_mv or Outlook(0.0)
    return Health(
        device_id=one.device_id,
        learned_at=at,
        heard_at=one.heard_at,
        rhythm_s=rhythm.every_s,
        silent_after_s=rhythm.silent_after_s,
        battery_pct=by_pct.level if by_pct else None,
        battery_mv=by_mv.level if by_mv else None,
        battery_low=any(each.low for each in told if each.day >= (at - LOW_WITHIN).date()),
        battery_fall_per_week=battery.fall_per_week,
        battery_flat_at=_time(battery.flat_day),
        battery_flat_early=_time(battery.early_day),
        battery_flat_late=_time(battery.late_day),
        battery_changed_at=_time(battery.changed_day),
        frames_heard=one.frames_heard,
        frames_missing=one.frames_missing,
        echoes=one.echoes,
        invalid_echoes=one.invalid_echoes,
    )


def _day(told: BatteryTold, level: float) -> BatteryDay:
    return BatteryDay((told.day - date(1970, 1, 1)).days, level, told.temperature_c)


def _time(day: float | None) -> datetime | None:
    return None if day is None else datetime.fromtimestamp(day * DAY_S, UTC)
