"""What a connection is told when it is made: whom to act as, and how long anything may keep it waiting (decision 28).

A network that is cut tells nobody, and the system itself asks only after two hours: without limits, whoever waits for an answer
then waits for ever, and so does whoever waits for its locks.
"""

from dataclasses import dataclass

SILENT_AT_MOST_S = 10
CONNECT_WITHIN_S = 5
# Either side is given up after ten seconds without a sign of life: asked after 4 s, and again every 2 s, three times.
CLIENT_SIDE = {
    "connect_timeout": str(CONNECT_WITHIN_S),
    "keepalives_idle": "4",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": str(1000 * SILENT_AT_MOST_S),
}
SERVER_SIDE = {
    "tcp_keepalives_idle": "4s",
    "tcp_keepalives_interval": "2s",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": f"{SILENT_AT_MOST_S}s",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a role may take, in PostgreSQL's words: for one statement, for a lock, and between statements of a transaction."""

    statement: str
    lock: str
    idle: str


# Each far above what the work takes. A batch of ingest is tried again and a request answered with "try again later", which may
# have planned a day's rounds between two statements; jobs and officers' commands read years, and think longer (0: without end).
LIMITS = {
    "streets_ingest": Limits(statement="60s", lock="10s", idle="60s"),
    "streets_api": Limits(statement="60s", lock="5s", idle="5min"),
    "streets_jobs": Limits(statement="1h", lock="60s", idle="0"),
    "streets_officer": Limits(statement="1h", lock="60s", idle="0"),
    "streets_mender": Limits(statement="1h", lock="60s", idle="0"),
}
NONE = Limits("0", "0", "0")


def acting_as(role: str) -> dict[str, str]:
    """Words for psycopg.connect: a connection that acts as this role within its limits, and reads times as UTC."""
    limits = LIMITS.get(role, NONE)
    told = SERVER_SIDE | {
        "role": role,
        "timezone": "UTC",
        # Whoever was told "kept" must find it kept after a crash, whatever the server is set to.
        "synchronous_commit": "on",
        "statement_timeout": limits.statement,
        "lock_timeout": limits.lock,
        "idle_in_transaction_session_timeout": limits.idle,
    }
    options = " ".join(f"-c {name}={value}" for name, value in told.items())
    return CLIENT_SIDE | {"options": options, "application_name": role}
