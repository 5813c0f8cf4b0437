"""/metrics: one place to scrape for every process, in the words of Prometheus."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml
from browsing import served
from callers import Served
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from cli.embedded.child import claim_port
from ingest.batch import keep_messages
from ingest.registry import Registry
from ingest.tally import Tally
from ingest.watch.figures import Figures
from ingest.watch.heartbeat import Heartbeat
from streets.settings import Settings, settings_of
from streets.store import clouds, job_runs
from streets.store.database import Database
from streets.store.job_runs import JobRun
from tests.ingest.arrivals import level, refused, settle

LABELS = {
    "council",
    "trouble",
    "kind",
    "acknowledged",
    "process",
    "outcome",
    "reason",
    "source",
    "job",
    "method",
    "route",
    "status",
    "le",
    "why",
    "what",
    "found",
    "account",
}
# Prometheus wants seconds, bytes and ratios: https://prometheus.io/docs/practices/naming/#base-units
OTHER_UNITS = {"ms", "millis", "milliseconds", "minutes", "hours", "days", "kb", "mb", "kilobytes", "pct", "percent"}


def scraped(site: str) -> list[Metric]:
    """Every family, as Prometheus reads it."""
    return list(text_string_to_metric_families(httpx.get(f"{site}/metrics").text))


def samples(site: str) -> dict[tuple[str, str], float]:
    """Every sample by its name and its labels, as "outcome=stored,process=streets-ingest"."""
    told = {}
    for family in scraped(site):
        for sample in family.samples:
            told[sample.name, ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))] = sample.value
    return told


@pytest.fixture
def beat(open_database: Callable[[str], Database]) -> Callable[..., None]:
    """Lets an ingest process of this name say that it has kept so many frames."""

    def say(process: str, stored: int, *, ended: bool = False) -> None:
        figures = Figures()
        figures.online()
        at = datetime.now(UTC)
        figures.kept(Tally(stored + 1, stored, 0, 1, (refused("bad_json"),), at), stored, 0.03, at)
        figures.acknowledged([1.0], 1.1)
        figures.turned(0, None, 1.1)
        figures.caught_up(at)
        Heartbeat(open_database("streets_ingest"), process, figures).beat(ended=ended)

    return say


def test_everything_told_has_help_a_type_a_base_unit_and_bounded_labels(
    database_url: str, settings: Settings, beat: Callable[..., None]
) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("INSERT INTO ledger VALUES ((now() AT TIME ZONE 'UTC')::date, 'tts', '24e124713d000001', 10, 7, 2, 1)")
        conn.execute("INSERT INTO job_run VALUES ('bins', now(), now(), true, '')")
    beat("streets-ingest", 5)
    beat("streets-ingest-2", 6)
    with served(settings) as site:
        httpx.get(f"{site}/v1/bins")
        families = scraped(site)
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert family.documentation
        assert family.type in {"counter", "gauge", "histogram"}, family.name
        assert re.fullmatch(r"(streets|process)_[a-z_]+", family.name)
        assert not OTHER_UNITS & set(family.name.split("_")), family.name
        assert not family.name.endswith(("_total", "_count", "_sum", "_bucket", "_gauge", "_counter")), family.name
        assert {label for sample in family.samples for label in sample.labels} <= LABELS
        series = [(sample.name, *sorted(sample.labels.items())) for sample in family.samples]
        assert len(set(series)) == len(series)


def test_every_metric_that_an_alert_or_the_runbook_names_is_told(
    database: Database, database_url: str, settings: Settings, beat: Callable[..., None]
) -> None:
    runbook = (Path(__file__).parents[2] / "docs/operations.md").read_text()
    rules = yaml.safe_load(runbook.split("```yaml\n")[1].split("```")[0])["groups"][0]["rules"]
    with psycopg.connect(database_url) as conn:
        conn.execute("INSERT INTO job_run VALUES ('bins', now(), now(), true, '')")
    settle(database)
    keep_messages(database, Registry(), [level(at=datetime.now(UTC))])
    beat("streets-ingest", 5)
    with database.transaction() as conn:
        clouds.note_answered(conn, "town-centre", "rivermouth", "vivacity", datetime.now(UTC) - timedelta(minutes=5))
        clouds.note_failed(conn, "town-centre", "rivermouth", "vivacity", datetime.now(UTC), "key", "The key is refused.")
    with served(settings) as site:
        httpx.get(f"{site}/v1/bins")
        families = scraped(site)
    names = {sample.name for family in families for sample in family.samples} | {family.name for family in families}
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "annotations"}
        assert set(re.findall(r"streets_[a-z_]+", rule["expr"])) <= names, rule["alert"]
    whole_names = set(re.findall(r"`(streets_[a-z_]+[a-z])[`{]", runbook))
    assert whole_names <= names


def test_each_ingest_process_is_told_apart_and_a_silent_one_has_no_frozen_figures(
    database_url: str, settings: Settings, beat: Callable[..., None]
) -> None:
    beat("first", 5)
    beat("second", 6)
    beat("stopped", 7, ended=True)
    with served(settings) as site:
        both = samples(site)
        with psycopg.connect(database_url) as conn:
            conn.execute("UPDATE ingest_process SET noted_at = noted_at - interval '31 seconds' WHERE process = 'second'")
        one = samples(site)
    assert both["streets_ingest_frames_total", "outcome=stored,process=first"] == 5
    assert both["streets_ingest_frames_total", "outcome=stored,process=second"] == 6
    assert both["streets_ingest_rejects_total", "process=first,reason=bad_json"] == 1
    assert [one["streets_ingest_up", f"process={name}"] for name in ("first", "second")] == [1, 0]
    assert one["streets_ingest_heartbeat_age_seconds", "process=second"] >= 31
    assert [labels for name, labels in one if "second" in labels] == ["process=second"] * 2
    assert not [labels for name, labels in both if "stopped" in labels]


def test_requests_are_counted_by_template_so_that_nobody_makes_up_labels(api: Served) -> None:
    made_up = secrets.token_hex(8)
    for path in (f"/v1/bins/{made_up}", f"/cy/bins/{made_up}", f"/{made_up}", f"/static/{made_up}"):
        httpx.get(api.url + path)
    httpx.request(made_up.upper(), f"{api.url}/v1/bins")
    told = samples(api.url)
    assert not [labels for _, labels in told if made_up in labels.lower()]
    assert told["streets_api_requests_total", "method=GET,process=api,route=/v1/bins/{bin_id},status=404"] >= 1
    assert told["streets_api_requests_total", "method=GET,process=api,route=none,status=404"] >= 2
    assert told["streets_api_requests_total", "method=other,process=api,route=/v1/bins,status=405"] >= 1
    assert told["streets_api_request_seconds_count", "process=api,route=/v1/bins/{bin_id}"] >= 1


def test_a_job_is_told_with_its_last_duration_and_all_its_failures(database: Database, settings: Settings) -> None:
    at = datetime.now(UTC)
    with database.transaction() as conn:
        job_runs.note(conn, JobRun("rounds", at - timedelta(hours=1), at - timedelta(minutes=59), False, "no solver"))
        job_runs.note(conn, JobRun("rounds", at, at + timedelta(seconds=12), True, "2 rounds"))
    with served(settings) as site:
        told = samples(site)
    assert told["streets_job_duration_seconds", "job=rounds"] == 12
    assert told["streets_job_ok", "job=rounds"] == 1
    assert (told["streets_job_runs_total", "job=rounds"], told["streets_job_failures_total", "job=rounds"]) == (2, 1)


def test_without_a_database_the_api_still_tells_of_itself(settings: Settings) -> None:
    away = {
        "STREETS_DATABASE_URL": settings.database_url,
        "STREETS_MQTT_URL": f"mqtt://127.0.0.1:{claim_port(0, 'nobody')}",
        "STREETS_SECRET_KEY": secrets.token_hex(32),
    }
    with served(settings_of(away)) as site, psycopg.connect(settings.database_url, autocommit=True) as conn:
        name = settings.database_url.rpartition("/")[2]
        server_url = settings.database_url.replace(f"/{name}", "/postgres")
        before = samples(site)
        conn.close()
        with psycopg.connect(server_url, autocommit=True) as server:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            told = samples(site)
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert (before["streets_database_up", ""], told["streets_database_up", ""]) == (1, 0)
    assert before["streets_database_bytes", ""] > 1_000_000
    assert told["streets_api_requests_total", "method=GET,process=api,route=/metrics,status=200"] == 1


@pytest.mark.timescale
def test_failures_of_timescale_s_own_jobs_are_told(timescale_url: str, settings: Settings) -> None:
    # The tests' server runs no jobs by itself, so what its scheduler would note of one that fails is written for it.
    failed = """
        UPDATE _timescaledb_internal.bgw_job_stat
        SET last_finish = now(), last_run_success = false, total_failures = 3
        WHERE job_id = %s
    """
    with psycopg.connect(timescale_url) as conn:
        conn.execute("CREATE PROCEDURE work(job_id int, config jsonb) LANGUAGE sql AS 'SELECT 1'")
        (job,) = conn.execute("SELECT add_job('work', '1 day', initial_start => now() + interval '1 day')").fetchone() or ()
        conn.execute("CALL run_job(%s)", [job])
        conn.execute(failed, [job])
    told: dict[str, Any] = {name: getattr(settings, name) for name in Settings.__slots__}
    with served(Settings(**(told | {"database_url": timescale_url}))) as site:
        metrics = samples(site)
    assert metrics["streets_timescale_job_ok", f"job=User-Defined Action [{job}]"] == 0
    assert metrics["streets_timescale_job_failures_total", f"job=User-Defined Action [{job}]"] == 3
