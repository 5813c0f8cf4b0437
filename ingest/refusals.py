"""Refused messages as rows of the store: each once, with how often and when it came."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from uuid import UUID

from ingest.outcome import Refused
from streets.store.rejects import NewReject

RAW_BYTES_KEPT = 64 * 1024
LETTERS_KEPT = 1_000


def rejects_of(refused: Iterable[Refused], partial: bool) -> list[NewReject]:
    """Each refused message once, with how often and when it came."""
    seen: dict[UUID, list[Refused]] = {}
    for each in refused:
        seen.setdefault(reject_key(each), []).append(each)
    return [_reject(key, same, partial) for key, same in seen.items()]


def reject_key(refused: Refused) -> UUID:
    """The identity of a refused frame: its message and its place therein."""
    key = blake2b(f"{refused.place} {refused.message.topic}".encode(errors="backslashreplace"), digest_size=16)
    key.update(b"\0" + refused.message.body)
    return UUID(bytes=key.digest())


def _reject(key: UUID, same: Sequence[Refused], partial: bool) -> NewReject:
    last = same[-1]
    message = last.message
    return NewReject(
        reject_key=key,
        source=last.source,
        topic=_storable(message.topic),
        device=last.device or None,
        council=last.reject.council,
        reason=last.reject.reason,
        detail=_storable(last.reject.detail)[:LETTERS_KEPT],
        session=last.session,
        f_cnt=last.f_cnt,
        partial=partial,
        raw=message.body[:RAW_BYTES_KEPT],
        raw_bytes=len(message.body),
        first_seen=min(each.message.received_at for each in same),
        last_seen=max(each.message.received_at for each in same),
        times=len(same),
    )


def _storable(text: str) -> str:
    """The text without what PostgreSQL's text cannot hold: half characters and NUL."""
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\x00")
