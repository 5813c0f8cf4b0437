"""What strikes in a trial: each does its harm to the site while the stream runs, and returns when the harm is over."""

from collections.abc import Callable

import psycopg

from bench.trial.cable import Cable
from bench.trial.site import Site
from bench.trial.trial import Trial

Strike = Callable[[Trial], None]
# Longer than ingest's connections live without any answer.
SILENT_S = 20.0
REFUSED_S = 5.0
READ_ONLY_S = 5.0
FULL_S = 10.0
BROKER_AWAY_S = 1.0
# Of the stream: enough to be sure that a batch was committed whose acknowledgements never arrived.
UNACKNOWLEDGED = 0.02


def nothing(trial: Trial) -> None:
    """Nothing strikes; what is wrong with the stream itself is over with the stream."""
    trial.until_sent(1.0)


def ingest_killed(trial: Trial) -> None:
    """SIGKILL to ingest, four times."""
    for share in (0.15, 0.3, 0.45, 0.6):
        trial.until_sent(share)
        trial.site.kill_ingest()


def ingest_killed_before_acknowledging(trial: Trial) -> None:
    """SIGKILL to ingest between COMMIT and PUBACK, three times: first nothing it says reaches the broker any more."""
    for share in (0.15, 0.35, 0.55):
        trial.until_sent(share)
        trial.site.until_listening()
        trial.site.to_broker.deafen()
        trial.until_committed(UNACKNOWLEDGED)
        trial.site.kill_ingest()


def broker_killed(trial: Trial) -> None:
    """SIGKILL to the broker, twice; a second later it is back."""
    for share in (0.2, 0.5):
        trial.until_sent(share)
        trial.site.kill_broker()
        trial.wait(BROKER_AWAY_S)
        trial.site.broker.start()


def database_killed(trial: Trial) -> None:
    """SIGKILL to PostgreSQL and all its processes, twice; it recovers from its log."""
    for share in (0.2, 0.5):
        trial.until_sent(share)
        trial.site.crash_database()
        trial.site.start_database()


def database_restarted(trial: Trial) -> None:
    """PostgreSQL's fast shutdown and a start, twice."""
    for share in (0.2, 0.5):
        trial.until_sent(share)
        trial.site.start_database()


def database_read_only(trial: Trial) -> None:
    """PostgreSQL takes no writes for 5 seconds, as one that has become a standby."""
    trial.until_sent(0.2)
    with psycopg.connect(trial.site.owner_url, autocommit=True) as conn:
        conn.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        conn.execute("SELECT pg_reload_conf()")
        trial.wait(READ_ONLY_S)
        conn.execute("ALTER SYSTEM RESET default_transaction_read_only")
        conn.execute("SELECT pg_reload_conf()")


def database_down(seconds: float) -> Strike:
    """PostgreSQL is stopped, and started again so many seconds later."""

    def strike(trial: Trial) -> None:
        trial.until_sent(0.05)
        trial.site.postgres.stop()
        trial.wait(seconds)
        trial.site.start_database()

    return strike


def pulled(cable_of: Callable[[Site], Cable], seconds: float = SILENT_S) -> Strike:
    """The network drops every packet, and tells nobody; what was connected before stays dead."""

    def strike(trial: Trial) -> None:
        trial.until_sent(0.2)
        cable_of(trial.site).pull()
        trial.wait(seconds)
        cable_of(trial.site).mend()

    return strike


def reset(cable_of: Callable[[Site], Cable], seconds: float = REFUSED_S) -> Strike:
    """The network resets every connection and refuses new ones."""

    def strike(trial: Trial) -> None:
        trial.until_sent(0.2)
        cable_of(trial.site).reset()
        trial.wait(seconds)
        cable_of(trial.site).mend()

    return strike


def disk_full(seconds: float = FULL_S) -> Strike:
    """The database's disk is full to the last byte, from when PostgreSQL first says so for so many seconds."""

    def strike(trial: Trial) -> None:
        trial.until_sent(0.2)
        if trial.site.disk is None:
            raise ValueError("the site has no disk of its own")
        trial.site.disk.fill()
        trial.until_told(trial.site.disk.complaint, trial.site.postgres.log)
        trial.wait(seconds)
        trial.site.disk.clear()
        trial.site.look_after()

    return strike


def all_at_once(trial: Trial) -> None:
    """All three processes killed together; then both networks cut, one silently; then ingest killed, and the disk full."""
    site = trial.site
    trial.until_sent(0.1)
    site.kill_broker()
    site.crash_database()
    site.kill_ingest()
    trial.wait(BROKER_AWAY_S)
    site.broker.start()
    site.start_database()
    trial.until_sent(0.3)
    site.to_database.pull()
    site.to_broker.reset()
    trial.wait(SILENT_S)
    site.to_broker.mend()
    site.to_database.mend()
    trial.until_sent(0.7)
    site.kill_ingest()
    disk_full()(trial)


def to_broker(site: Site) -> Cable:
    """The cable between ingest and the broker."""
    return site.to_broker


def to_database(site: Site) -> Cable:
    """The cable between ingest and the database."""
    return site.to_database
