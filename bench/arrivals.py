"""The devices of a benchmark of ingest, and the messages they send: direct JSON of 200 bytes, and LoRaWAN envelopes.

Every message can be told apart by its device and counter, so that what became of each can be read from the database.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg

from bench.wire import Sent
from sensors.readings import LevelReading
from simulators.devices import Device
from simulators.encoders import speaker
from simulators.networks import topic, up
from simulators.networks.air import Air
from streets import clock

DEVICES = 1_000
EM310 = speaker("em310-udl")
MESSAGE_BYTES = 200
PROBE_NAME = "probe"
PROBE = f"bench0/{PROBE_NAME}"
PROBE_EVERY = 10
"""Every so many messages of a paced stream one is the probe's, whose way is timed."""
INSTALLED = datetime(2020, 1, 1, tzinfo=UTC)


def council(number: int) -> str:
    """Where a device belongs, when so many processes share the work by topic."""
    return f"bench{number}"


def register(owner_url: str, councils: int) -> None:
    """Put the councils, and the devices round about them, into a migrated database."""
    direct = [(f"{council(n % councils)}/d{n:04d}", "direct-bin") for n in range(DEVICES)] + [(PROBE, "direct-bin")]
    names = [(device, model, device.split("/")[0]) for device, model in direct]
    names += [(device.name, device.model, council(0)) for device in (lora_device(n) for n in range(DEVICES))]
    with psycopg.connect(owner_url) as conn, conn.cursor() as cursor:
        for number in range(councils):
            cursor.execute("INSERT INTO council (council, name) VALUES (%s, %s)", (council(number), "Benchmark"))
        cursor.execute(
            "INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l) VALUES ('B1', %s, 'Bin', 55, -1.6, 100)", (council(0),)
        )
        cursor.executemany("INSERT INTO device (device, model, council) VALUES (%s, %s, %s)", names)
        cursor.execute(
            "INSERT INTO installation (device_id, valid_from, bin_id, empty_mm, full_mm, max_range_mm)"
            " SELECT device_id, %s, 'B1', 1200, 300, 4500 FROM device",
            (INSTALLED,),
        )


def direct(count: int, councils: int) -> Iterator[Sent]:
    """So many messages of direct devices in turn, each device a second further with each message, ending now."""
    began = clock.now() - timedelta(seconds=count // DEVICES + 1)
    for at in range(count):
        seq, number = divmod(at, DEVICES)
        place, name = council(number % councils), f"d{number:04d}"
        yield told(place, name, seq, began + timedelta(seconds=seq, microseconds=number))


def probed(per_s: int, seconds: int) -> Iterator[Sent]:
    """A stream of so many messages a second, each made at the moment when it is due and stamped with it."""
    began = time.monotonic()
    for at in range(per_s * seconds):
        time.sleep(max(0.0, began + at / per_s - time.monotonic()))
        seq, number = divmod(at, DEVICES)
        probe = at % PROBE_EVERY == 0
        yield told(council(0), PROBE_NAME if probe else f"d{number:04d}", at // PROBE_EVERY if probe else seq, clock.now())


def told(place: str, name: str, seq: int, at: datetime) -> Sent:
    """One message of a direct device; the battery's millivolts are padded until it has 200 bytes."""
    words = (
        f'{{"model":"direct-bin","observed_at":"{at:%Y-%m-%dT%H:%M:%S.%f}Z","seq":{seq},"council":"{place}","device":"{name}",'
        f'"reading":{{"distance_mm":{300 + seq % 900},"tilted":false,"temperature_c":8.5,"battery_pct":93}}}}'
    )
    return f"streets/v1/{place}/{name}/up", words.ljust(MESSAGE_BYTES).encode()


def envelopes(network: str, count: int) -> Iterator[Sent]:
    """So many messages of a network, `tts` or `chirpstack`: frames of bin sensors heard by two gateways, as the simulators do."""
    began = clock.now().timestamp() - count // DEVICES - 1
    for at in range(count):
        f_cnt, number = divmod(at, DEVICES)
        device = lora_device(number, network)
        payload = EM310.live.encode(LevelReading(battery_pct=93, distance_mm=300 + f_cnt % 900, tilted=False))
        air = Air(began + f_cnt + number / 1e6, gateways=2, rssi=-97)
        yield topic(device, council(0)), up(device, 1, f_cnt, payload, air)


def lora_device(number: int, network: str = "tts") -> Device:
    """A bin sensor that a network carries; the same device whatever the network."""
    return Device(f"0252ee{number:010x}", "em310-udl", network, f"26{number:06x}", 0, 600, 0)
