"""Sessions of browsers: a cookie that refers to a token, signed with STREETS_SECRET_KEY.

So revoking the token ends every session begun with it; signing out ends the one, wherever its cookie was copied to.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import NamedTuple
from uuid import UUID

from streets.settings import Settings
from streets.store import tokens
from streets.store.database import Connection

SESSION_COOKIE = "streets_session"

# A shift's phone must outlive a shift without signal; an officer sees more and sits at a desk.
SESSION_LASTS = {"crew": timedelta(days=30), "officer": timedelta(hours=12), "operator": timedelta(hours=12)}

# Two phones that sign in by one link in the same second have two sessions.
NONCE_BYTES = 12


class Session(NamedTuple):
    """What a session cookie of ours says."""

    token_id: UUID
    ends_at: datetime


def begin(conf: Settings, token: tokens.Token, at: datetime) -> tuple[str, datetime]:
    """The session cookie's value for a token, and when the session ends."""
    until = min(token.expires_at, at + SESSION_LASTS[token.role])
    reference = f"{token.token_id}.{int(until.timestamp())}.{token_urlsafe(NONCE_BYTES)}"
    return f"{reference}.{_signature(conf, reference)}", until


def token_of(conf: Settings, conn: Connection, cookie: str, at: datetime) -> tokens.Token | None:
    """The token of a session that goes on, or None where the cookie is not ours, or the session or its token has ended."""
    session = _session(conf, cookie, at)
    return tokens.of_session(conn, session.token_id, cookie, at) if session else None


def end(conf: Settings, conn: Connection, cookie: str, at: datetime) -> None:
    """End the session, for all who have its cookie; what is no session that goes on needs no end."""
    session = _session(conf, cookie, at)
    if session:
        tokens.end_session(conn, cookie, session.ends_at)


def _session(conf: Settings, cookie: str, at: datetime) -> Session | None:
    reference, _, signature = cookie.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(conf, reference).encode()):
        return None
    token_id, until = reference.split(".")[:2]
    ends_at = datetime.fromtimestamp(int(until), UTC)
    return Session(UUID(token_id), ends_at) if ends_at > at else None


def _signature(conf: Settings, reference: str) -> str:
    return hmac.new(conf.secret_key.encode(), f"session:{reference}".encode(), hashlib.sha256).hexdigest()
