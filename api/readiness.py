"""When this installation may serve: each thing that must be well, in words, with what to do where it is not.

A calm night is not a dead ingest: an ingest process that has nothing to do still says so every few seconds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from streets.clock import CLOCK
from streets.store.ingest_process import IngestProcess
from streets.store.job_runs import JobRun

# Bins report hourly and counters more often: no frame from any device for longer is a broken line, not a calm street.
QUIET_AT_MOST = timedelta(hours=2)

JOBS_PAUSE_AT_MOST = timedelta(minutes=15)

# Real seconds. A process speaks every 2 s; its broker and its database may each take a minute to come back.
SILENT_AT_MOST_S = 30
IN_HAND_AT_MOST_S = 60
TURN_AT_MOST_S = 60
LAG_AT_MOST_S = 300


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be well; `says` is for a person, and `do` says what to do where it is not well."""

    check: str
    ok: bool
    says: str
    do: str = ""


def arrivals_check(newest: datetime | None, at: datetime) -> Check:
    """Whether messages arrive. A new installation, to which nothing ever came, may serve."""
    if newest is None:
        return Check("arrivals", True, "nothing has arrived yet")
    says = f"the newest message is of {newest.isoformat(timespec='seconds')}"
    return Check("arrivals", at - newest <= QUIET_AT_MOST, says, "do the network servers still publish to the broker?")


def jobs_check(runs: list[JobRun], at: datetime) -> Check:
    """Whether the jobs run, and the last run of each went well. A new installation may serve."""
    if not runs:
        return Check("jobs", True, "no job has run yet")
    failed = [run.job for run in runs if run.ok is False]
    newest = max(run.started_at for run in runs)
    if failed:
        return Check("jobs", False, f"failed: {', '.join(failed)}", "the log of `streets jobs` has the whole story")
    says = f"the newest run began at {newest.isoformat(timespec='seconds')}"
    return Check("jobs", at - newest <= JOBS_PAUSE_AT_MOST, says, "is `streets jobs` running?")


def silent_s(process: IngestProcess, at: datetime) -> float:
    """For how many real seconds the process has said nothing."""
    return CLOCK.real_s(at - process.noted_at)


def is_up(process: IngestProcess, at: datetime) -> bool:
    """Whether the process runs, as far as anybody can hear."""
    return not process.ended and silent_s(process, at) <= SILENT_AT_MOST_S


def ingest_checks(processes: list[IngestProcess], at: datetime) -> list[Check]:
    """How ingest fares, by what its processes last said. An installation whose ingest never began may serve."""
    if not processes:
        return [Check("ingest", True, "no process has begun yet")]
    running = [process for process in processes if is_up(process, at)]
    others = [process for process in processes if process not in running]
    says = "; ".join([f"{process.process}: running" for process in running] + [_silence(process, at) for process in others])
    # One that was told to stop is not missed while another runs; one that died leaves its topics, or its share, to nobody.
    alive = bool(running) and all(process.ended for process in others)
    process = Check("ingest", alive, says, "start `streets ingest` under that name; its log says why it ended")
    if not running:
        return [process]
    return [
        process,
        _of_all(running, "ingest_broker", _connection, "the log of `streets ingest` says what the broker answers"),
        _of_all(running, "ingest_in_hand", _hand, "does the database take writes? Messages wait for it, and none is lost"),
        _of_all(running, "ingest_lag", lambda process: _lag(process, at), "wait, if it falls; else start another process"),
    ]


def _silence(process: IngestProcess, at: datetime) -> str:
    if process.ended:
        return f"{process.process}: stopped at {process.noted_at.isoformat(timespec='seconds')}"
    return f"{process.process}: silent for {silent_s(process, at):.0f} s"


def _of_all(processes: Iterable[IngestProcess], check: str, faulted: Callable[[IngestProcess], str | None], do: str) -> Check:
    faults = [f"{process.process}: {fault}" for process in processes if (fault := faulted(process))]
    return Check(check, not faults, "; ".join(faults) or "well", do)


def _connection(process: IngestProcess) -> str | None:
    if process.turn_age_s is not None and process.turn_age_s > TURN_AT_MOST_S:
        return f"it has not looked at the broker for {process.turn_age_s:.0f} s"
    return None if process.connected else "not connected to the broker"


def _hand(process: IngestProcess) -> str | None:
    if process.oldest_in_hand_s <= IN_HAND_AT_MOST_S:
        return None
    return f"{process.in_hand} messages in hand, the oldest for {process.oldest_in_hand_s:.0f} s"


def _lag(process: IngestProcess, at: datetime) -> str | None:
    """Late frames alone are a late device or network; they are our lag while the broker has not run empty either."""
    if process.lag_s is None or CLOCK.real_s(timedelta(seconds=process.lag_s)) <= LAG_AT_MOST_S:
        return None
    if process.caught_up_at is not None and CLOCK.real_s(at - process.caught_up_at) <= LAG_AT_MOST_S:
        return None
    return f"the freshest frame that it keeps is {process.lag_s:.0f} s old, and the broker has more"
