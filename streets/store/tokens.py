"""Tokens: who may call, and which devices the broker lets in. A secret is shown once; the database keeps only hashes.

The secret has 256 random bits, so a plain SHA-256 is enough: there is nothing to guess that salt or stretching would slow
down. For devices a bcrypt hash is kept too, the one form that nats-server takes, at the least cost for the same reason.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import bcrypt

from streets.store.database import Connection, execute, row, rows, value

ROLES = ("crew", "officer", "device", "operator")
OPERATOR = "operator"
NO_COUNCIL = ""

NOTED_EVERY = timedelta(minutes=1)
BCRYPT_ROUNDS = 4


class NoSuchCouncil(ValueError):
    """There is no council of this code: add it with `streets council add CODE NAME`."""

    def __init__(self, council: str) -> None:
        super().__init__(f"there is no council {council!r}: add it with `streets council add CODE NAME`")


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. `subject` names the person, vehicle or network server that holds it.

    The operator's belongs to no council: there `council` is NO_COUNCIL.
    """

    token_id: UUID
    council: str
    role: str
    subject: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _broker_hash(secret: str) -> str:
    return bcrypt.hashpw(secret.encode(), bcrypt.gensalt(BCRYPT_ROUNDS, prefix=b"2a")).decode()


def create(conn: Connection, council: str, role: str, subject: str, at: datetime, days: int) -> tuple[str, Token]:
    """Make a token that holds for `days`; return its secret (43 letters) and what is kept. Raises NoSuchCouncil.

    The role operator goes with NO_COUNCIL, and no other role does.
    """
    if role != OPERATOR and not value(conn, "council_known", council=council):
        raise NoSuchCouncil(council)
    secret = secrets.token_urlsafe(32)
    token = Token(uuid4(), council, role, subject, at, at + timedelta(days=days), None, None)
    execute(
        conn,
        "token_add",
        token_id=token.token_id,
        token_hash=_hash(secret),
        broker_hash=_broker_hash(secret) if role == "device" else None,
        council=council,
        role=role,
        subject=subject,
        created_at=token.created_at,
        expires_at=token.expires_at,
    )
    return secret, token


@dataclass(frozen=True, slots=True)
class BrokerLogin:
    """A registered direct device that the broker is to let in: its name is council/device, as in its topic."""

    device: str
    broker_hash: str


def broker_logins(conn: Connection, at: datetime) -> list[BrokerLogin]:
    """The devices that hold a token, with the hash of the newest."""
    return rows(conn, "broker_logins", BrokerLogin, at=at)


def of_secret(conn: Connection, secret: str, at: datetime) -> Token | None:
    """The token with this secret, or None where it is unknown, expired or revoked."""
    return row(conn, "token_of_secret", Token, token_hash=_hash(secret), at=at)


def of_session(conn: Connection, token_id: UUID, session: str, at: datetime) -> Token | None:
    """The token that a session was begun with; None where it is unknown, expired or revoked, or the session was signed out of."""
    return row(conn, "token_of_session", Token, token_id=token_id, session_hash=_hash(session), at=at)


def end_session(conn: Connection, session: str, ends_at: datetime) -> None:
    """Let a session, which would end at `ends_at`, be over now."""
    execute(conn, "end_session", session_hash=_hash(session), ends_at=ends_at)


def delete_ended_sessions(conn: Connection, before: datetime) -> None:
    """Forget the sessions signed out of that would have ended by themselves before then."""
    execute(conn, "delete_ended_sessions", ended_before=before)


def note_use(conn: Connection, token: Token, at: datetime) -> None:
    """Remember that the token was used."""
    if token.last_used_at is None or token.last_used_at < at - NOTED_EVERY:
        execute(conn, "token_used", token_id=token.token_id, at=at, if_before=at - NOTED_EVERY)


def listed(conn: Connection, council: str | None) -> list[Token]:
    """The tokens of one council, or of all."""
    return rows(conn, "tokens_listed", Token, council=council)


def revoke(conn: Connection, token_id: UUID, at: datetime) -> bool:
    """End a token. False where there is no such token, or it had been revoked before."""
    return execute(conn, "token_revoke", token_id=token_id, at=at) == 1
