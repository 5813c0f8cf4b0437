"""Alarms that officers must hear of at once: raised in the transaction that keeps the readings which tell them."""

from collections import defaultdict
from collections.abc import Iterable

from streets.health.alarms import is_late, kinds_of
from streets.store.alarms import ToldAlarm, raise_alarms
from streets.store.database import Connection
from streets.store.readings import CountRow, LevelRow, ReadingRow


def ring(conn: Connection, rows: Iterable[ReadingRow]) -> None:
    """Raise the alarms that these new readings tell; most batches tell none, and cost nothing."""
    if told := told_alarms(rows):
        raise_alarms(conn, told)


def told_alarms(rows: Iterable[ReadingRow]) -> list[ToldAlarm]:
    """The alarms of a batch, each device and kind once: as news where any of its readings is, else as news of the past."""
    tellings: dict[tuple[int, str], list[ToldAlarm]] = defaultdict(list)
    for row in rows:
        # Nearly all rows end here: two looks at a tuple each.
        if isinstance(row, LevelRow):
            kinds = kinds_of(row.alarms, row.tilted) if row.alarms or row.tilted else ()
        elif isinstance(row, CountRow) and row.alarms:
            # A counter's box that grows warm in the sun is no fire.
            kinds = tuple(kind for kind in kinds_of(row.alarms, None) if kind != "heat")
        else:
            continue
        for kind in kinds:
            late = is_late(row.observed_at, row.received_at, row.time_source == "device")
            one = ToldAlarm(row.device_id, kind, row.observed_at, row.observed_at, row.received_at, late, 1)
            tellings[row.device_id, kind].append(one)
    return [_together(tellings[key]) for key in sorted(tellings)]


def _together(told: list[ToldAlarm]) -> ToldAlarm:
    news = [one for one in told if not one.late] or told
    first = min(news, key=lambda one: one.raised_at)
    return first._replace(
        told_at=max(one.told_at for one in news), received_at=min(one.received_at for one in news), tellings=len(news)
    )
