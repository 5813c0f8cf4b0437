"""The figures that Prometheus reads, from all processes in one place: what the store keeps, and what this process saw itself."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from api.readiness import is_up, silent_s
from streets.store import alarms, audits, clouds, condition, gaps, health, ingest_process, job_runs, operations, rejects
from streets.store.database import Connection
from streets.store.ingest_process import IngestProcess

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Requests:
    """What this process was asked. A route is told by its template, so that nobody can make up labels."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self._answers = Counter("streets_api_requests", "Requests answered", labels, registry=self.registry)
        self._took = Histogram(
            "streets_api_request_seconds",
            "From a request to the beginning of its answer",
            ["route"],
            buckets=REQUEST_S,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def answered(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count a request; `route` is a template as /v1/bins/{bin_id}, or "none"."""
        self._answers.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._took.labels(route).observe(took_s)


class Told(Collector):
    """Metrics that are already made."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> list[Metric]:
        """The metrics."""
        return self._metrics


def exposition(metrics: Iterable[Metric]) -> bytes:
    """The metrics in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(Told(metrics))
    return generate_latest(registry)


def of_this_process(requests: Requests) -> list[Metric]:
    """What this process knows without asking anybody."""
    return [_labelled(metric, "api") for metric in requests.registry.collect()]


def of_the_database(answers: bool) -> Metric:
    """Whether the database answered; where it did not, no other metric of it is told."""
    return GaugeMetricFamily("streets_database_up", "1 where the database answers, else 0", int(answers))


def of_the_store(conn: Connection, at: datetime) -> Iterator[Metric]:
    """The state of the journey, of jobs and of the database."""
    yield from _journey(conn, at)
    yield from _jobs(job_runs.listed(conn))
    yield GaugeMetricFamily("streets_database_bytes", "Room that the database takes", operations.database_bytes(conn))
    failures = CounterMetricFamily("streets_timescale_job_failures", "Failed runs of TimescaleDB's own jobs", labels=["job"])
    ok = GaugeMetricFamily("streets_timescale_job_ok", "Whether the last run of TimescaleDB's own job went well", labels=["job"])
    for policy in condition.policies_of(conn):
        failures.add_metric([policy.name], policy.failures)
        ok.add_metric([policy.name], int(policy.status == "Success"))
    yield from (failures, ok)
    yield from _audit(audits.last(conn))
    yield from _devices(health.counted(conn), alarms.counted(conn))


def of_ingest(processes: Iterable[IngestProcess], at: datetime) -> list[Metric]:
    """What each ingest process says of itself; of one that says nothing any more, only that and for how long.

    One that was told to stop is not missed, and not told.
    """
    up = GaugeMetricFamily("streets_ingest_up", "1 while the ingest process says how it fares, else 0", labels=["process"])
    age = GaugeMetricFamily(
        "streets_ingest_heartbeat_age_seconds", "How long ago the ingest process last said how it fares", labels=["process"]
    )
    told: list[Metric] = [up, age]
    for process in (process for process in processes if not process.ended):
        up.add_metric([process.process], int(is_up(process, at)))
        age.add_metric([process.process], silent_s(process, at))
        if is_up(process, at):
            told += (_labelled(metric, process.process) for metric in text_string_to_metric_families(process.exposition))
    return told


def all_told(conn: Connection, requests: Requests, at: datetime) -> Iterable[Metric]:
    """Every metric, each name once."""
    ingest = of_ingest(ingest_process.listed(conn), at)
    return _merged([of_the_database(True), *of_the_store(conn, at), *ingest, *of_this_process(requests)])


def _journey(conn: Connection, at: datetime) -> Iterator[Metric]:
    messages = GaugeMetricFamily("streets_messages_today", "Messages since midnight UTC", labels=["source", "outcome"])
    for each in operations.arrivals(conn, at.date()):
        for outcome in ("received", "stored", "duplicate", "rejected"):
            messages.add_metric([each.source, outcome], getattr(each, outcome))
    yield messages
    yield from _rejects(rejects.by_reason(conn))
    yield from _gaps(gaps.open_gap_counts(conn), at)
    yield from _clouds(clouds.accounts(conn), clouds.faults(conn), at)
    newest = operations.newest_uplink(conn)
    if newest is not None:
        yield GaugeMetricFamily("streets_newest_uplink_age_seconds", "Age of the newest uplink", (at - newest).total_seconds())


def _rejects(reasons: Iterable[rejects.ReasonCount]) -> list[Metric]:
    kept = GaugeMetricFamily("streets_rejects", "Refused messages that are kept, by reason", labels=["reason"])
    kept_bytes = GaugeMetricFamily("streets_rejects_bytes", "What they take of STREETS_REJECTS_MB", labels=["reason"])
    refused = CounterMetricFamily("streets_refused_messages", "Messages refused, whole or in part", labels=["reason"])
    unkept = CounterMetricFamily("streets_unkept_rejects", "Messages refused and counted without their bytes", labels=["reason"])
    for each in reasons:
        kept.add_metric([each.reason], each.kept)
        kept_bytes.add_metric([each.reason], each.kept_bytes)
        refused.add_metric([each.reason], each.refused)
        unkept.add_metric([each.reason], each.unkept)
    return [kept, kept_bytes, refused, unkept]


def _gaps(counted: Iterable[gaps.OpenGaps], at: datetime) -> list[Metric]:
    still_open = GaugeMetricFamily("streets_open_gaps", "Gaps whose messages may still come", labels=["source", "why"])
    oldest = GaugeMetricFamily("streets_oldest_open_gap_seconds", "Since when the oldest is known", labels=["source", "why"])
    for each in counted:
        still_open.add_metric([each.source, each.why], each.gaps)
        oldest.add_metric([each.source, each.why], (at - each.oldest_found_at).total_seconds())
    return [still_open, oldest]


def _clouds(accounts: Iterable[clouds.CloudAccount], counted: Iterable[clouds.FaultCount], at: datetime) -> list[Metric]:
    ages = GaugeMetricFamily("streets_cloud_answer_age_seconds", "Since the account last answered in full", labels=["account"])
    faults = CounterMetricFamily("streets_cloud_faults", "Askings that were not answered in full", labels=["account", "kind"])
    for each in accounts:
        if each.good_at is not None:
            ages.add_metric([each.account], (at - each.good_at).total_seconds())
    for fault in counted:
        faults.add_metric([fault.account, fault.kind], fault.times)
    return [ages, faults]


def _jobs(runs: Iterable[job_runs.JobRun]) -> list[Metric]:
    began = GaugeMetricFamily("streets_job_started_timestamp_seconds", "When the last run of a job began", labels=["job"])
    took = GaugeMetricFamily("streets_job_duration_seconds", "How long the last run of a job took", labels=["job"])
    ok = GaugeMetricFamily("streets_job_ok", "Whether the last run of a job went well", labels=["job"])
    count = CounterMetricFamily("streets_job_runs", "Runs of a job, well or not", labels=["job"])
    failures = CounterMetricFamily("streets_job_failures", "Failed runs of a job", labels=["job"])
    for run in runs:
        began.add_metric([run.job], run.started_at.timestamp())
        ok.add_metric([run.job], int(run.ok is True))
        count.add_metric([run.job], run.runs)
        failures.add_metric([run.job], run.failures)
        if run.finished_at is not None:
            took.add_metric([run.job], (run.finished_at - run.started_at).total_seconds())
    return [began, took, ok, count, failures]


def _labelled(metric: Metric, process: str) -> Metric:
    labelled = Metric(metric.name, metric.documentation, metric.type)
    for sample in metric.samples:
        labelled.samples.append(sample._replace(labels={**sample.labels, "process": process}))
    return labelled


def _merged(metrics: Iterable[Metric]) -> Iterable[Metric]:
    """Metrics of one name from several processes as one, as the text format wants it."""
    by_name: dict[str, Metric] = {}
    for metric in metrics:
        if metric.name in by_name:
            by_name[metric.name].samples += metric.samples
        else:
            by_name[metric.name] = metric
    return by_name.values()


def _audit(found: Iterable[audits.Audited]) -> list[Metric]:
    """What the last audit found, by what was compared with the readings."""
    began = GaugeMetricFamily("streets_audit_started_timestamp_seconds", "When the last audit began", labels=["what"])
    rows = GaugeMetricFamily("streets_audit_rows", "Derived rows by what the last audit found of them", labels=["what", "found"])
    for one in found:
        began.add_metric([one.what], one.begun_at.timestamp())
        for name in ("compared", "differed", "repaired"):
            rows.add_metric([one.what, name], getattr(one, name))
    return [began, rows]


def _devices(counted: Iterable[health.TroubleCount], open_alarms: Iterable[alarms.AlarmCount]) -> list[Metric]:
    """How the devices are; one with several troubles is counted for each."""
    devices = GaugeMetricFamily("streets_devices", "Devices by what is wrong with them; well", labels=["council", "trouble"])
    for each in counted:
        devices.add_metric([each.council, each.trouble], each.devices)
    still_on = GaugeMetricFamily("streets_alarms_open", "Alarms that go on", labels=["council", "kind", "acknowledged"])
    for alarm in open_alarms:
        still_on.add_metric([alarm.council, alarm.kind, "yes" if alarm.acknowledged else "no"], alarm.alarms)
    return [devices, still_on]
