"""What the benchmark of ingest counts: every message through a real broker, and what of them is lost or there twice."""

from secrets import token_hex

from bench import wire
from bench.arrivals import MESSAGE_BYTES, direct, envelopes
from bench.inflow import fate
from cli.embedded.broker import EmbeddedBroker
from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from streets import clock
from streets.store.database import Database
from tests.ingest.arrivals import level, settle

AT = level().received_at


def test_the_fastest_reader_gets_every_message_of_a_backlog_and_acknowledges_it(broker: EmbeddedBroker) -> None:
    url, name = broker.url("everyone"), token_hex(4)
    topic = f"streets/v1/{name}/#"
    wire.leave_session(url, name, [topic])
    wire.publish(url, wire.packed((f"streets/v1/{name}/up", bytes(size)) for size in range(500)))
    wire.read_fast(url, name, 500, lambda: None)
    wire.publish(url, wire.packed([(f"streets/v1/{name}/up", b"last")]))
    wire.read_fast(url, name, 1, lambda: None)
    wire.forget(url, name)


def test_packets_that_are_cut_anywhere_are_counted_once() -> None:
    (_, stream), *_ = wire.packed([("a/b", bytes(size)) for size in (0, 100, 200, 20_000)])
    for cut in (1, 2, 7, 120, 300, 20_300):
        first, _, rest = wire.scan(stream[:cut])
        then, _, rest = wire.scan(rest + stream[cut:])
        assert (first + then, rest) == (4, b"")


def test_direct_messages_have_the_size_that_is_claimed() -> None:
    assert {len(message) for _, message in direct(3_000, 2)} == {MESSAGE_BYTES}


def test_messages_that_are_missing_are_lost(database: Database, database_url: str) -> None:
    settle(database)
    registry = Registry()
    with database.transaction() as conn:
        registry.refresh(conn)
    keep_messages(database, registry, [level(300 + n, f_cnt=n, at=AT.replace(minute=n)) for n in range(7)])
    assert fate(database_url, 10) == (3, 0)


def test_what_the_networks_send_can_be_kept(database: Database) -> None:
    """Nobody is registered here, so that each is refused for that reason and no other."""
    for network in ("tts", "chirpstack"):
        messages = [Message(topic, body, clock.now()) for topic, body in envelopes(network, 20)]
        assert keep_messages(database, Registry(), messages).rejected == 20
    with database.transaction() as conn:
        assert conn.execute("SELECT DISTINCT reason FROM reject").fetchall() == [("unknown_device",)]
