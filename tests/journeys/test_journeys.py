"""A message's whole way: real bytes through a real broker into a real database, through the jobs, to the API's answer."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from browsing import served
from httpx import Client

from streets import clock
from streets.clock import Clock
from streets.footfall.counts import hour_of_week
from tests.journeys.conftest import House, until
from tests.journeys.messages import bump, chirpstack, direct, em310, em400, things_stack, vs350

# A Thursday at ten past eleven: no hour and no day ends on the way.
NOW = datetime(2026, 5, 14, 10, 10, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=20)
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of ingest, jobs and API, which all run in this process, goes on from NOW."""
    monkeypatch.setattr(clock, "CLOCK", Clock(real=datetime.now(UTC), told=NOW))


def test_bins_of_three_networks_answer_with_their_fill_and_silence_is_not_emptiness(house: House) -> None:
    with house.listening():
        house.tell(
            things_stack("24e124713d000001", em310(750), 7, EARLIER),
            chirpstack("24e124713d000002", em400(525), 8, EARLIER),
            direct("bin-3", "direct-bin", {"distance_mm": 1200}, 9, EARLIER),
            things_stack("24e124713d000004", em310(1500, tilted=True), 1, EARLIER),
        )
    house.work()
    (answer,) = house.ask("/v1/bins")
    # Empty reads 1200 mm and full 300 mm: (1200 - 750) / 900 is 50 %, (1200 - 525) / 900 is 75 %. The fifth never spoke.
    assert {each["bin_id"]: (each["state"], each["fill_pct"], each["not_measurable"]) for each in answer["bins"]} == {
        "B1": ("measured", 50.0, None),
        "B2": ("measured", 75.0, None),
        "B3": ("measured", 0.0, None),
        "B4": ("not_measurable", None, "tilted"),
        "B5": ("silent", None, None),
    }


def test_a_counters_month_becomes_usual_and_its_last_hour_very_busy(house: House) -> None:
    hours = [THIS_HOUR - number * HOUR for number in range(28 * 24, 0, -1)]
    counts = [60 if hour_of_week(at) == hour_of_week(hours[-1]) else 10 + (7 * place) % 83 for place, at in enumerate(hours)]
    with house.listening():
        house.tell(
            *(
                things_stack("24e124713d000006", vs350(people, 40), f_cnt, began + HOUR)
                for f_cnt, (began, people) in enumerate(zip(hours[:-1], counts, strict=False))
            ),
            things_stack("24e124713d000006", vs350(300, 100), 700, THIS_HOUR),
        )
    house.work()
    places, of_place = house.ask("/v1/places", "/v1/places/high-street/busyness")
    # In this hour of the week 60 + 40 pass in the three weeks before, and 300 + 100 now: the median of the four is 100.
    assert [(place["place_id"], place["level"]) for place in places["places"]] == [("high-street", "very_busy")]
    assert (of_place["count"], of_place["usual_count"], of_place["ratio"]) == (400, 100, 4.0)
    assert of_place["observed_to"] == THIS_HOUR.isoformat().replace("+00:00", "Z")


def test_three_phones_make_a_pothole_public_and_two_do_not(house: House) -> None:
    with house.listening():
        house.tell(
            *(bump(phone, 55.00001 + 0.00002 * number, -1.6, THIS_HOUR, 0.8) for number, phone in enumerate(("a", "b", "c"))),
            *(bump(phone, 55.01, -1.6, THIS_HOUR, 2.5) for phone in ("a", "b")),
            bump("a", 55.01, -1.6, THIS_HOUR, 2.6),
        )
    house.work()
    (answer,) = house.ask("/v1/potholes")
    # The middle one of the three; the one who felt the other place twice is still one of two.
    found = [(site["lat"], site["lon"], site["reporters"], site["severity_g"]) for site in answer["potholes"]]
    assert found == [(55.00003, -1.6, 3, pytest.approx(0.8))]
    assert answer["withheld"] == {"too_few_reporters": 1}


def test_what_cannot_be_understood_is_listed_with_its_reason_and_the_ledger_balances(house: House) -> None:
    good = things_stack("24e124713d000001", em310(750), 7, EARLIER)
    garbage = b"\xff\x00 this is no JSON"
    with house.listening():
        house.tell(
            good,
            good,
            (good[0], garbage),
            things_stack("24e124713d00ffff", em310(750), 1, EARLIER),
            things_stack("24e124713d000001", b"\xde\xad\xbe\xef", 8, EARLIER),
            things_stack("24e124713d000001", em310(760), 9, NOW + timedelta(days=1)),
            direct("bin-3", "direct-bin", {"distance_mm": 20_000}, 1, EARLIER),
            bump("a", 55.01, -1.6, THIS_HOUR, -3.0),
            ("streets/v1/testham/nonsense", b"{}"),
        )
    listed = house.command("rejects", "list", "--json")
    assert listed.exit_code == 0
    rejects = json.loads(listed.stdout)
    assert sorted(reject["reason"] for reject in rejects) == [
        "bad_json",
        "impossible_value",
        "time_in_future",
        "undecodable",
        "undecodable",
        "unknown_device",
        "unknown_topic",
    ]
    kept = next(reject["reject_key"] for reject in rejects if reject["reason"] == "bad_json")
    assert json.loads(house.command("rejects", "show", kept, "--json").stdout)["raw_hex"] == garbage.hex()
    ledger = house.command("ledger", "--json")
    assert ledger.exit_code == 0
    total = json.loads(ledger.stdout)["total"]
    assert [total[what] for what in ("received", "stored", "duplicate", "rejected")] == [9, 1, 1, 7]


@pytest.mark.mosquitto
def test_through_mosquitto_nothing_is_lost_while_ingest_is_away(mosquitto_house: House) -> None:
    with mosquitto_house.listening():
        mosquitto_house.tell(things_stack("24e124713d000001", em310(750), 0, EARLIER - timedelta(hours=2)))
    # More than the 1000 that Mosquitto would keep by itself.
    mosquitto_house.tell(
        *(
            things_stack("24e124713d000001", em310(750), number, EARLIER - timedelta(seconds=2_500 - number))
            for number in range(1, 2_501)
        )
    )
    with mosquitto_house.listening():
        pass
    mosquitto_house.work()
    (answer,) = mosquitto_house.ask("/v1/bins/B1")
    assert (answer["state"], answer["fill_pct"]) == ("measured", 50.0)
    total = json.loads(mosquitto_house.command("ledger", "--json").stdout)["total"]
    assert (total["sent"], total["missing"], total["rejected"]) == (2_501, 0, 0)


def test_an_alarm_is_told_to_officers_before_any_job_has_run(house: House) -> None:
    with house.listening(), served(house.settings) as url, Client(base_url=url, headers=house.officer()) as client:
        house.tell(things_stack("24e124713d000004", em310(1500, tilted=True), 1, clock.now()))
        until(lambda: client.get("/v1/alarms").raise_for_status().json()["alarms"])
        (alarm,) = client.get("/v1/alarms").json()["alarms"]
    assert (alarm["kind"], alarm["bin_id"], alarm["stands_at"], alarm["rings"]) == ("tilt", "B4", "Station", True)
