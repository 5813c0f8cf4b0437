"""What the ingest process knows of itself, in Prometheus's words."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from ingest.tally import Tally
from ingest.watch.figures import ACKNOWLEDGEMENT_S, Figures, Observations
from tests.ingest.arrivals import refused

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def told(figures: Figures) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(figures)
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {sample.name + "".join(sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_every_frame_of_a_batch_is_counted_by_what_became_of_it() -> None:
    figures = Figures()
    figures.kept(Tally(10, 6, 1, 3, tuple(map(refused, ["bad_json", "bad_json", "unknown_device"]))), 9, 0.03, NOON)
    figures.kept(Tally(5, 5, 0, 0), 5, 0.2, NOON)
    samples = told(figures)
    assert {what: samples[f"streets_ingest_frames_total{what}"] for what in ("stored", "duplicate", "rejected")} == {
        "stored": 11,
        "duplicate": 1,
        "rejected": 3,
    }
    assert samples["streets_ingest_rejects_totalbad_json"] == 2
    assert (samples["streets_ingest_batch_messages_sum"], samples["streets_ingest_batch_messages_bucket10.0"]) == (14, 2)
    assert (samples["streets_ingest_commit_seconds_bucket0.1"], samples["streets_ingest_commit_seconds_count"]) == (1, 2)
    assert samples["streets_ingest_last_commit_timestamp_seconds"] == NOON.timestamp()


def test_the_freshest_frame_of_a_batch_tells_the_lag_and_a_device_hours_late_does_not() -> None:
    figures = Figures()
    late, fresh = Tally(freshest=NOON - timedelta(hours=7)), Tally(freshest=NOON - timedelta(seconds=3))
    figures.kept(late + fresh + Tally(), 2, 0.01, NOON)
    assert told(figures)["streets_ingest_lag_seconds"] == 3


def test_a_lag_that_nobody_knows_is_not_told() -> None:
    figures = Figures()
    figures.kept(Tally(1, 1), 1, 0.01, NOON)
    assert "streets_ingest_lag_seconds" not in told(figures)


def test_what_is_in_hand_grows_old_until_it_is_acknowledged() -> None:
    figures = Figures()
    figures.turned(3, 100.0, 160.0)
    assert (figures.in_hand, figures.oldest_in_hand_s(161.0), figures.turn_age_s(161.0)) == (3, 61.0, 1.0)
    figures.acknowledged([100.0, 101.0, 159.0], 160.5)
    figures.turned(0, None, 160.5)
    assert figures.oldest_in_hand_s(170.0) == 0
    samples = told(figures)
    assert samples["streets_ingest_acknowledgement_seconds_bucket60.0"] == 2
    assert samples["streets_ingest_acknowledgement_seconds_sum"] == 60.5 + 59.5 + 1.5


def test_the_first_connection_is_no_reconnect() -> None:
    figures = Figures()
    assert told(figures)["streets_ingest_connected"] == 0
    figures.online()
    figures.offline()
    figures.online()
    assert (told(figures)["streets_ingest_connected"], told(figures)["streets_ingest_reconnects_total"]) == (1, 1)


@given(st.lists(st.sampled_from([0.0, *ACKNOWLEDGEMENT_S, 0.3, 7.0, 900.0])))
def test_ages_counted_at_once_are_counted_as_one_by_one(ages: list[float]) -> None:
    at_once, one_by_one = Observations(ACKNOWLEDGEMENT_S), Observations(ACKNOWLEDGEMENT_S)
    at_once.add_ages([-age for age in ages], 0.0)
    for age in ages:
        one_by_one.add(age)
    buckets, expected = at_once.metric("a_seconds", "").samples, one_by_one.metric("a_seconds", "").samples
    assert [sample.value for sample in buckets[:-1]] == [sample.value for sample in expected[:-1]]
