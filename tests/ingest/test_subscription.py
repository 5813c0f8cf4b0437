"""Several processes side by side: a shared subscription where the broker has those, lists of topics where it has not."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from secrets import token_hex
from threading import Event

import pytest

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from ingest.broker.consumer import Consumer
from ingest.broker.session import BrokerRefusedError
from ingest.broker.subscription import TOPICS, Subscription, subscription_of
from streets.settings import Settings, SettingsError
from streets.store.database import Database
from tests.ingest.arrivals import count, level, settle
from tests.ingest.test_consumer import READINGS, RECEIVED, first, just_now, publishing, running, until


def test_one_process_reads_everything_under_the_usual_name() -> None:
    assert subscription_of(env={}) == Subscription("streets-ingest", TOPICS)
    assert subscription_of("by-hand", env={"STREETS_INGEST_CLIENT_ID": "by-setting"}).client_id == "by-hand"


def test_a_group_shares_its_topics() -> None:
    env = {
        "STREETS_INGEST_GROUP": "town",
        "STREETS_INGEST_CLIENT_ID": "town-1",
        "STREETS_INGEST_TOPICS": "v3/+/devices/+/up loriot/#",
    }
    shared = subscription_of(env=env)
    assert shared.filters == ("$share/town/v3/+/devices/+/up", "$share/town/loriot/#")


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"STREETS_INGEST_GROUP": "town"}, "STREETS_INGEST_CLIENT_ID of its own"),
        ({"STREETS_INGEST_GROUP": "a/b", "STREETS_INGEST_CLIENT_ID": "one"}, "letters, digits"),
        ({"STREETS_INGEST_TOPICS": "$share/town/v3/#"}, "a group of readers is named in STREETS_INGEST_GROUP"),
        ({"STREETS_INGEST_TOPICS": "v3/#/up"}, "STREETS_INGEST_TOPICS has 'v3/#/up'"),
        ({"STREETS_INGEST_TOPICS": "#"}, "begin with v3, application, loriot or streets"),
    ],
)
def test_what_does_not_go_together_is_refused_with_what_to_do(env: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told.replace("/", r"\/")):
        subscription_of(env=env)


@pytest.mark.mosquitto
def test_two_processes_share_a_subscription_and_every_message_is_stored_once(
    settings: Settings, database: Database, open_database: Callable[[str], Database], mosquitto_url: str
) -> None:
    settle(database)
    settings, at = replace(settings, mqtt_url=mosquitto_url), just_now()
    group = token_hex(4)
    consumers = [
        Consumer(settings, open_database("streets_ingest"), Subscription(f"{group}-{n}", share(group), shared=True))
        for n in range(2)
    ]
    with ExitStack() as stack:
        for consumer in consumers:
            stack.enter_context(running(consumer))
        send = stack.enter_context(publishing(mosquitto_url))
        send(*(level(300 + n, f_cnt=n, at=at) for n in range(400)))
        until(database, RECEIVED, 400)
    assert first(database, READINGS) == 400
    assert first(database, "SELECT sum(duplicate)::int FROM ledger") == 0
    parts = [
        sum(sample.value for metric in each.figures.collect() for sample in metric.samples if stored(sample))
        for each in consumers
    ]
    assert sum(parts) == 400
    assert min(parts) > 0


def stored(sample: object) -> bool:
    return getattr(sample, "labels", {}).get("outcome") == "stored"


def test_two_processes_divide_the_topics_and_a_session_that_read_everything_gives_up_the_rest(
    settings: Settings, database: Database, open_database: Callable[[str], Database]
) -> None:
    settle(database)
    db, at, name = open_database("streets_ingest"), just_now(), token_hex(4)
    with running(Consumer(settings, db, Subscription(name))), publishing(settings.mqtt_url) as publish:
        publish(level(f_cnt=1, at=at), count(seq=1, at=at))
        until(database, RECEIVED, 2)
    with (
        running(Consumer(settings, db, Subscription(name, ("v3/+/devices/+/up",)))),
        running(Consumer(settings, db, Subscription(f"{name}-2", ("streets/v1/#",)))),
        publishing(settings.mqtt_url) as publish,
    ):
        publish(level(900, f_cnt=2, at=at), count(seq=2, at=at))
        until(database, RECEIVED, 4)
    assert (
        first(database, "SELECT sum(stored) || ' stored, ' || sum(duplicate) || ' duplicate' FROM ledger")
        == "4 stored, 0 duplicate"
    )


def test_a_broker_that_gives_no_share_is_told_apart_from_a_user_who_may_not_read(
    settings: Settings, database: Database, open_database: Callable[[str], Database], broker: EmbeddedBroker
) -> None:
    settle(database)
    broker.admit([BrokerUser("reader", subscribe=("streets/v1/#",))])
    shared = Subscription(token_hex(4), ("$share/town/streets/v1/#",), shared=True)
    with pytest.raises(BrokerRefusedError, match="nats-server has no shared subscriptions"):
        Consumer(replace(settings, mqtt_url=broker.url("reader")), open_database("streets_ingest"), shared).run(Event())


def share(group: str) -> tuple[str, ...]:
    return tuple(f"$share/{group}/{topic}" for topic in TOPICS)
