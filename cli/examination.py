"""What `streets doctor` looks at: what is well, what is not, and what to do about it."""

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.database import opened
from streets import clock
from streets.applications import applications_of
from streets.broker import address_of
from streets.clouds import accounts_of
from streets.settings import Settings, SettingsError, settings_of
from streets.store import audits, clouds, ingest_process, job_runs, reopened
from streets.store.audits import Audited
from streets.store.clouds import CloudAccount
from streets.store.condition import Condition, condition
from streets.store.database import ROLES, DatabaseAway
from streets.store.job_runs import JobRun
from streets.store.migrate import applied_migrations, wanted_migrations

CLOCK_MAY_DIFFER = timedelta(seconds=5)
BROKER_ANSWERS_WITHIN_S = 5.0
LATE_BY = timedelta(minutes=10)
CLOUD_SILENT_AFTER = timedelta(hours=3)
CLOUD_FAULTS = {
    "key": "its key is refused: put the right one into STREETS_CLOUDS_FILE and start `streets poll` again",
    "refused": "it does not tell of these posts: are they named right in STREETS_CLOUDS_FILE, and has the key a right to them?",
    "garbled": "is its address in STREETS_CLOUDS_FILE right? Else its answers have changed: tell us",
    "limited": "it is asked too often: does something else use the same key?",
    "away": "it does not answer; what it counted meanwhile is asked for when it does",
}
# In PostgreSQL 15.20 every background job of TimescaleDB fails at its start; run by hand, the same work succeeds.
BREAKS_POLICIES = "15.20"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `do` says what to do where it is not well."""

    check: str
    ok: bool
    says: str
    do: str = ""


def findings() -> Iterator[Finding]:
    """Everything looked at, in the order in which one thing needs the other."""
    try:
        settings, applications, accounts = settings_of(), applications_of(), accounts_of()
    except SettingsError as error:
        yield Finding("settings", False, str(error), "docs/settings.md tells of each setting")
        return
    filled = f"; gaps are filled from {len(applications)} applications of The Things Stack" if applications else ""
    polled = f"; {len(accounts)} accounts with clouds of counters are asked" if accounts else ""
    yield Finding("settings", True, f"pages at {settings.public_url}{filled}{polled}")
    yield from _database(settings)
    yield _broker(settings)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        state = condition(settings.database_url, (*ROLES, "board_reader"))
    except DatabaseAway as error:
        yield Finding("database", False, str(error), "start it, or correct STREETS_DATABASE_URL")
        return
    server = state.server
    timescale = f"TimescaleDB {server.timescale_version}" if server.timescale_version else "without TimescaleDB"
    yield Finding("database", True, f"PostgreSQL {server.server_version}, {timescale}")
    yield of_clock(state)
    applied = applied_migrations(settings.database_url)
    missing = [name for name in wanted_migrations(settings.database_url) if name not in applied]
    yield Finding(
        "migrations", not missing, f"missing: {', '.join(missing)}" if missing else "all applied", "run `streets migrate`"
    )
    yield of_roles(state)
    yield of_policies(state)
    if missing or not any(role.usable for role in state.roles):
        return
    if any(role.role == "streets_jobs" and role.usable for role in state.roles):
        yield from _jobs(settings)
    else:
        yield Finding("jobs", True, "not for this user to see")
    yield from _ingest(settings, next(role.role for role in state.roles if role.usable and role.role in ROLES))


def of_clock(state: Condition) -> Finding:
    """Whether our clock agrees with the database's."""
    if clock.CLOCK.told is not None:
        return Finding("clock", True, "moved by STREETS_CLOCK, for a demonstration")
    ahead = clock.now() - state.server.database_time
    well = abs(ahead) <= CLOCK_MAY_DIFFER
    says = "agrees with the database's" if well else f"{ahead.total_seconds():+.0f} s off the database's"
    return Finding("clock", well, says, "set both machines' clocks by NTP: late and early readings are judged by them")


def of_roles(state: Condition) -> Finding:
    """Whether every role is there, and may be acted as."""
    absent = [role.role for role in state.roles if role.usable is None]
    closed = [role.role for role in state.roles if role.usable is False and role.role != "board_reader"]
    if absent:
        return Finding("roles", False, f"there is no {', '.join(absent)}", "run `streets migrate`")
    says = f"the user of STREETS_DATABASE_URL may not act as {', '.join(closed)}" if closed else "all there"
    # A process of production logs in as its own role, and needs no other.
    return Finding("roles", len(closed) < len(ROLES), says, "run `streets migrate` as the owner, or use its URL")


def of_policies(state: Condition) -> Finding:
    """Whether TimescaleDB's own background jobs went well."""
    if not state.server.timescale_version:
        return Finding("policies", True, "none: they are TimescaleDB's")
    failed = [policy.name for policy in state.policies if policy.status != "Success"]
    if not failed:
        return Finding("policies", True, f"{len(state.policies)} of TimescaleDB's ran well")
    do = "read timescaledb_information.job_errors"
    if state.server.server_version.startswith(BREAKS_POLICIES):
        do = f"PostgreSQL {BREAKS_POLICIES} fails every background job of TimescaleDB: use another release of it"
    return Finding("policies", False, f"failed or never ran: {', '.join(failed)}", do)


def _jobs(settings: Settings) -> Iterator[Finding]:
    with opened(settings.database_url, "streets_jobs", size=1) as db, db.transaction() as conn:
        yield of_jobs({run.job: run for run in job_runs.listed(conn)})
        yield of_hours(reopened.hours_are_refreshed_by(conn))
        yield of_audit(audits.last(conn))


def of_jobs(runs: Mapping[str, JobRun]) -> Finding:
    """Whether every job ran in time, and went well."""
    from streets.jobs.table import JOBS

    now = clock.now()
    failed = [f"{run.job} ({run.detail})" for run in runs.values() if run.ok is False]
    if failed:
        return Finding("jobs", False, f"failed: {'; '.join(failed)}", "the log of `streets jobs` has the whole story")
    late = [
        job.name
        for job in JOBS
        if job.name not in runs or now - runs[job.name].started_at > timedelta(seconds=job.every_s) + LATE_BY
    ]
    return Finding("jobs", not late, f"late: {', '.join(late)}" if late else "all ran in time", "is `streets jobs` running?")


def of_hours(refreshed_by: str) -> Finding:
    """Whether late readings reach the hourly counts, however late they come."""
    if refreshed_by == "policy":
        says = "refreshed by TimescaleDB's policy alone, which looks back 30 days: audits can report a gap but not repair it"
        do = "as a superuser: SELECT remove_continuous_aggregate_policy('count_hour'); "
        return Finding("hours", False, says, do + "ALTER MATERIALIZED VIEW count_hour OWNER TO streets_jobs")
    return Finding("hours", True, "refreshed by the jobs" if refreshed_by == "jobs" else "worked out when they are asked for")


def of_audit(found: Sequence[Audited]) -> Finding:
    """Whether the last audit repaired all that differed from the readings."""
    if not found:
        return Finding("audit", True, "nothing has been compared with the readings yet")
    compared, differed, repaired = (sum(getattr(one, name) for one in found) for name in ("compared", "differed", "repaired"))
    says = f"of {found[0].begun_at:%Y-%m-%d %H:%M}Z: {compared:,} compared, {differed:,} differed, {repaired:,} repaired"
    return Finding("audit", differed == repaired, says, "the table `audit` has examples; run `streets audit` again")


def _ingest(settings: Settings, role: str) -> Iterator[Finding]:
    """What /readyz says of ingest, in the same words."""
    from api.readiness import ingest_checks

    with opened(settings.database_url, role, size=1) as db, db.transaction() as conn:
        processes, accounts = ingest_process.listed(conn), clouds.accounts(conn)
    for check in ingest_checks(processes, clock.now()):
        yield Finding(check.check, check.ok, check.says, check.do)
    yield from of_clouds([each.name for each in accounts_of()], accounts, clock.now())


def of_clouds(named: Iterable[str], asked: Iterable[CloudAccount], at: datetime) -> Iterator[Finding]:
    """Whether each account that STREETS_CLOUDS_FILE names answered when it was last asked."""
    known = {each.account: each for each in asked}
    for name in named:
        account = known.get(name)
        good_at = account.good_at if account else None
        heard = f"last answered {good_at:%Y-%m-%d %H:%M}Z" if good_at else "never answered yet"
        if account and account.fault_kind is not None:
            yield Finding(f"cloud {name}", False, f"{heard}; {account.fault}", CLOUD_FAULTS[account.fault_kind])
        else:
            well = good_at is not None and at - good_at <= CLOUD_SILENT_AFTER
            yield Finding(f"cloud {name}", well, heard, "is `streets poll` running?")


def _broker(settings: Settings) -> Finding:
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    address = address_of(settings.mqtt_url)
    where = f"{address.host}:{address.port}"
    client = Client(CallbackAPIVersion.VERSION2, f"streets-doctor-{secrets.token_hex(4)}")
    if address.username:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        client.tls_set()
    answers: list[str] = []
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(str(reason))
    try:
        client.connect(address.host, address.port)
    except OSError as error:
        return Finding("broker", False, f"{where}: {error}", "start it, or correct STREETS_MQTT_URL")
    deadline = time.monotonic() + BROKER_ANSWERS_WITHIN_S
    while not answers and time.monotonic() < deadline:
        client.loop(0.1)
    client.disconnect()
    answer = answers[0] if answers else "no answer"
    return Finding("broker", answer == "Success", f"{where}: {answer}", "correct the user and password in STREETS_MQTT_URL")
