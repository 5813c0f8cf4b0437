"""What became of a stop or a bin, by what crews told of it: events never change, an undo takes back the last one standing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

CLOSING = ("emptied", "not_full", "cannot_reach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a stop, or of a bin on no round. `bin_id` is None at a tip, `stop_id` off the rounds.

    `observed_fill` is in per cent, in quarters.
    """

    event_id: UUID
    stop_id: UUID | None
    bin_id: str | None
    at: datetime
    event: str
    observed_fill: int | None
    note: str | None
    received_at: datetime
    told_by: str


def standing(told: Iterable[Told]) -> list[Told]:
    """The events of one stop that were not taken back, by the time the crew gave them, whatever order they arrived in."""
    stack: list[Told] = []
    for event in sorted(told, key=lambda each: (each.at, each.received_at)):
        if event.event == "undo":
            stack[-1:] = []
        else:
            stack.append(event)
    return stack


def closing(told: Iterable[Told]) -> Told | None:
    """The event that closes a stop, or None while it is open. An overflowing bin stays open until somebody has dealt with it."""
    return next((event for event in reversed(standing(told)) if event.event in CLOSING), None)


def by_stop(told: Iterable[Told]) -> dict[object, list[Told]]:
    """A day's events by bin, since a bin keeps what was told of it when it is planned again, and by stop at tips."""
    found: dict[object, list[Told]] = {}
    for event in told:
        found.setdefault(event.bin_id or event.stop_id, []).append(event)
    return found


def with_old_tips(
    stops: Iterable[tuple[object, bool]], told: Mapping[object, list[Told]], old_tips: Iterable[object]
) -> dict[object, list[Told]]:
    """What was told of a round, to which belongs what a phone told at tips of older plans of it.

    `stops` are the round's bins and tips in order, each with whether it is a tip. A vehicle that emptied itself has done with the
    first tip that is still to do, if by then it had done with all that comes before it.
    """
    found = dict(told)
    ends = (closing(told.get(each, [])) for each in old_tips)
    emptied = sorted((end for end in ends if end and end.event == "emptied"), key=lambda end: end.at)
    done_at: datetime | None = None
    for key, is_tip in stops:
        if is_tip and closing(found.get(key, [])) is None:
            other = next((end for end in emptied if done_at is None or end.at >= done_at), None)
            found[key] = [*([other] if other else []), *found.get(key, [])]
            emptied = [end for end in emptied if end is not other]
        end = closing(found.get(key, []))
        if end is None:
            break
        done_at = end.at if done_at is None else max(done_at, end.at)
    return found
