"""Refused messages as rows of the store: each once a day, with how often and when it came, and no more than fit the bounds."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

from ingest.envelopes.parts import COUNCIL
from ingest.outcome import Refused
from ingest.refused.bounds import Line, Used, kept_within, without_line
from streets.settings import reject_budget_bytes_of
from streets.store import rejects
from streets.store.database import Connection
from streets.store.rejects import LineCount, NewReject

RAW_BYTES_KEPT = 64 * 1024
LETTERS_KEPT = 1_000
SPEAKER_LETTERS = 200
# A row's other columns and its places in three indexes.
ROW_BYTES = 500


def keep_refused(conn: Connection, refused: Sequence[Refused], parts: Sequence[Refused]) -> None:
    """Keep what was refused whole and in part, as far as there is room; the rest is counted."""
    coming = {each.reject_key: each for each in rejects_of(refused, partial=False) + rejects_of(parts, partial=True)}
    if not coming:
        return
    # First the days, in order: whoever adds to the same day waits here, so what is read after this stays true until the commit.
    rejects.count_days(conn, list(coming.values()))
    again = rejects.count_again(conn, list(coming.values()))
    fresh = {key: (line_of(each), each.size_bytes) for key, each in coming.items() if key not in again}
    used = _used(conn, {line for line, _ in fresh.values()})
    kept = kept_within(fresh, used, reject_budget_bytes_of())
    rejects.add_rejects(conn, [coming[key] for key in kept])
    unkept = fresh.keys() - kept
    crowd = without_line((fresh[key][0] for key in unkept), used)
    rejects.count_lines(conn, _counts(coming, kept, unkept, crowd))


def rejects_of(refused: Iterable[Refused], partial: bool) -> list[NewReject]:
    """Each refused message once, with how often and when it came."""
    seen: dict[UUID, list[Refused]] = {}
    for each in refused:
        seen.setdefault(reject_key(each, partial), []).append(each)
    return [_reject(key, same, partial) for key, same in seen.items()]


def reject_key(refused: Refused, partial: bool) -> UUID:
    """The identity of a refused frame: its day and reason, its message and its place therein.

    With the day, because the ledger's lines are days: a replay moves each message on the line on which it was counted.
    """
    message = refused.message
    said = f"{message.received_at.astimezone(UTC).date()} {refused.reject.reason} {partial} {refused.place} {message.topic}"
    key = blake2b(said.encode(errors="backslashreplace"), digest_size=16)
    key.update(b"\0" + message.body)
    return UUID(bytes=key.digest())


def line_of(reject: NewReject) -> Line:
    """The line that a reject is counted in."""
    return Line(reject.day, reject.source, reject.speaker, reject.reason)


def _used(conn: Connection, lines: set[Line]) -> Used:
    """What is kept of these lines, and in all."""
    if not lines:
        return Used()
    used = Used({Line(*line): room for line, room in rejects.kept_of_lines(conn, lines).items()})
    for day, source, kept_bytes in rejects.kept_of_days(conn):
        used.days[day, source] = used.days.get((day, source), 0) + kept_bytes
        used.all_bytes += kept_bytes
    return used


def _counts(coming: Mapping[UUID, NewReject], kept: Set[UUID], unkept: Set[UUID], crowd: Set[Line]) -> Collection[LineCount]:
    """What to add to each line; those of the crowd share one without a name."""
    counts: dict[Line, LineCount] = {}
    for key, each in coming.items():
        line = line_of(each)
        if line in crowd:
            line, each = line._replace(speaker=""), each._replace(device=None, council=None)
        new = LineCount(
            *line,
            each.device,
            each.council,
            each.times,
            int(key in kept),
            each.size_bytes if key in kept else 0,
            each.times if key in unkept else 0,
            each.first_seen,
            each.last_seen,
        )
        counts[line] = _added(counts[line], new) if line in counts else new
    return counts.values()


def _added(count: LineCount, new: LineCount) -> LineCount:
    return count._replace(
        refused=count.refused + new.refused,
        kept=count.kept + new.kept,
        kept_bytes=count.kept_bytes + new.kept_bytes,
        unkept=count.unkept + new.unkept,
        first_seen=min(count.first_seen, new.first_seen),
        last_seen=max(count.last_seen, new.last_seen),
    )


def _reject(key: UUID, same: Sequence[Refused], partial: bool) -> NewReject:
    last = same[-1]
    message = last.message
    topic, detail = _storable(message.topic), _storable(last.reject.detail)[:LETTERS_KEPT]
    raw = message.body[:RAW_BYTES_KEPT]
    return NewReject(
        reject_key=key,
        day=message.received_at.astimezone(UTC).date(),
        source=last.source,
        topic=topic,
        speaker=last.device or _voice(last, topic),
        device=last.device or None,
        council=_council_of(message.topic),
        reason=last.reject.reason,
        detail=detail,
        session=last.session,
        f_cnt=last.f_cnt,
        observed_at=last.observed_at,
        partial=partial,
        raw=raw,
        raw_bytes=len(message.body),
        size_bytes=ROW_BYTES + len(raw) + len(topic.encode()) + len(detail.encode()),
        first_seen=min(map(_when, same)),
        last_seen=max(map(_when, same)),
        times=len(same),
    )


def _voice(refused: Refused, topic: str) -> str:
    """Who spoke where the message does not say: the topic; of a phone not its token, which stands there."""
    if refused.source == "phone":
        return f"{_council_of(topic) or ''}/phone"
    return topic[:SPEAKER_LETTERS]


def _when(refused: Refused) -> datetime:
    """When it came; of a phone, which could be followed by its moments, the hour."""
    received_at = refused.message.received_at
    return received_at.replace(minute=0, second=0, microsecond=0) if refused.source == "phone" else received_at


def _council_of(topic: str) -> str | None:
    """The council whose topic it is: only its own devices and phones may publish there."""
    match topic.split("/", 3):
        case ["streets", "v1", council, _] if COUNCIL.fullmatch(council):
            return council
    return None


def _storable(text: str) -> str:
    """The text without what PostgreSQL's text cannot hold: half characters and NUL."""
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\x00")
