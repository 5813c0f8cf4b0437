"""Officers' programs register, hang up, move, swap, measure anew and take away; history stays with its record."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from browsing import served

from streets import clock
from streets.jobs.bins import tell_fills
from streets.settings import Settings
from streets.store import tokens
from streets.store.assets import add_council
from streets.store.database import Database

EUI, OTHER = "24e124713d000001", "24e124713d000002"
BIN = {"name": "Quay", "lat": 54.9, "lon": -1.6, "capacity_l": 120}
COUNTER = {"place_id": "quay", "place_name": "Quay", "lat": 54.9, "lon": -1.6}
HOUR = timedelta(hours=1)


@pytest.fixture
def office(settings: Settings, database: Database) -> Iterator[dict[str, httpx.Client]]:
    """The officers of two councils, by council."""
    with database.transaction() as conn:
        secrets = {}
        for council in ("rivermouth", "hilltop"):
            add_council(conn, council, council.title(), None)
            secrets[council] = tokens.create(conn, council, "officer", "j.jones", clock.now(), days=1)[0]
    with served(settings) as site:
        yield {
            council: httpx.Client(base_url=f"{site}/v1", headers={"Authorization": f"Bearer {secret}"}, timeout=30)
            for council, secret in secrets.items()
        }


@pytest.fixture
def officer(office: dict[str, httpx.Client]) -> httpx.Client:
    return office["rivermouth"]


def told(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def installed(officer: httpx.Client, device: str, bin_id: str, hours_ago: float, **more: object) -> Any:
    body = {
        "device": device,
        "model": "em310-udl",
        "bin_id": bin_id,
        "valid_from": (clock.now() - hours_ago * HOUR).isoformat(),
        "empty_mm": 900,
        "full_mm": 300,
        **more,
    }
    return officer.post("/installations", json=body)


def counts(officer: httpx.Client, device: str, counter_id: str, hours_ago: float, **more: object) -> Any:
    since = (clock.now() - hours_ago * HOUR).isoformat()
    body = {"device": device, "model": "vs133", "counter_id": counter_id, "valid_from": since, **more}
    return officer.post("/installations", json=body)


def reads(database: Database, device: str, hours_ago: float, distance_mm: int) -> None:
    at = clock.now() - hours_ago * HOUR
    with database.transaction() as conn:
        conn.execute(
            "INSERT INTO level_reading (device_id, observed_at, content, received_at, time_source, distance_mm)"
            " SELECT device_id, %s, 0, %s, 'network', %s FROM device WHERE device = %s",
            (at, at, distance_mm, device),
        )


def test_a_sensor_is_swapped_for_another_and_the_bins_history_stays_one(officer: httpx.Client, database: Database) -> None:
    """Both hang over a bin half full: the old reads 600 of 900 to 300, the new 700 of 1,000 to 400."""
    told(officer.put("/assets/bins/B1", json=BIN))
    told(installed(officer, EUI, "B1", 10), 201)
    reads(database, EUI, 8, 600)
    # It still speaks, from the workshop.
    reads(database, EUI, 2, 50)
    new = told(installed(officer, OTHER, "B1", 5, replaces=EUI, empty_mm=1000, full_mm=400, note="battery flat"), 201)
    reads(database, OTHER, 1, 700)
    tell_fills(database, clock.now())
    with database.transaction() as conn:
        assert conn.execute("SELECT fill_pct FROM bin_fill ORDER BY observed_at").fetchall() == [(50,), (50,)]
    history = told(officer.get("/assets/bins/B1"))["installations"]
    assert [(each["device"], each["why"], each["end_why"], each["end_note"]) for each in history] == [
        (OTHER, "swapped", None, None),
        (EUI, "installed", "swapped", "battery flat"),
    ]
    assert (history[1]["valid_to"], new["note"], new["told_by"]) == (history[0]["valid_from"], "battery flat", "j.jones")


def test_a_counter_of_two_lines_is_swapped_as_a_whole(officer: httpx.Client) -> None:
    for counter_id in ("C1", "C2"):
        told(officer.put(f"/assets/counters/{counter_id}", json={**COUNTER, "name": counter_id}))
        told(counts(officer, EUI, counter_id, line=int(counter_id[1]), hours_ago=9, period_s=900), 201)
    told(counts(officer, OTHER, "C1", line=1, hours_ago=2, period_s=300, replaces=EUI, note="broken"), 201)
    versions = told(officer.get("/installations"))["installations"]
    assert {(each["device"], each["counter_id"], each["line"], each["period_s"], each["end_why"]) for each in versions} == {
        (OTHER, "C1", 1, 300, None),
        (OTHER, "C2", 2, 900, None),
        (EUI, "C1", 1, 900, "swapped"),
        (EUI, "C2", 2, 900, "swapped"),
    }


def test_a_move_a_new_measure_and_a_taking_away_are_versions_in_order(officer: httpx.Client) -> None:
    for bin_id in ("B1", "B2"):
        told(officer.put(f"/assets/bins/{bin_id}", json=BIN))
    told(installed(officer, EUI, "B1", 9), 201)
    moved = told(installed(officer, EUI, "B2", 7), 201)
    since = (clock.now() - 5 * HOUR).isoformat()
    anew = {"valid_from": since, "changes": {"empty_mm": 950, "liner": True}, "note": "new liner"}
    told(officer.post(f"/installations/{moved['installation_id']}/versions", json=anew), 201)
    away = {"device": EUI, "at": (clock.now() - HOUR).isoformat(), "note": "bin removed"}
    versions = told(officer.post("/installations/taken-away", json=away))["installations"]
    assert [(each["bin_id"], each["empty_mm"], each["why"], each["end_why"]) for each in versions] == [
        ("B2", 950, "changed", "taken_away"),
        ("B2", 900, "moved", "changed"),
        ("B1", 900, "installed", "moved"),
    ]
    assert told(officer.get("/installations", params={"post": "B1"}))["installations"] == versions[2:]
    changes = told(officer.get(f"/devices/{EUI}"))["changes"]
    assert [(each["kind"], each["action"]) for each in changes] == [
        ("installation", "ended"),
        ("installation", "changed"),
        ("installation", "added"),
        ("installation", "added"),
        ("device", "added"),
    ]


def test_a_record_written_down_wrongly_is_put_right_and_what_else_it_says_stays(officer: httpx.Client) -> None:
    told(officer.put("/assets/bins/B1", json=BIN))
    version = told(installed(officer, EUI, "B1", 3), 201)["installation_id"]
    right = told(officer.put(f"/installations/{version}", json={"empty_mm": 980}))
    assert (right["empty_mm"], right["full_mm"], right["valid_to"]) == (980, 300, None)
    moved = told(installed(officer, EUI, "B1", 1), 201)
    wrong = officer.put(f"/installations/{version}", json={"valid_to": None})
    assert (wrong.status_code, wrong.json()["errors"][0]["where"]) == (422, "valid_to")
    assert told(officer.get("/installations"))["installations"][1]["valid_to"] == moved["valid_from"]


def test_a_device_that_measures_from_below_fills_as_its_height_grows(officer: httpx.Client, database: Database) -> None:
    """Of 800 mm at the mark it says 200: a quarter."""
    told(officer.put("/assets/bins/T1", json={**BIN, "name": "Tank"}))
    refused = installed(officer, EUI, "T1", 3, model="dds20-lb")
    assert "measures from below" in refused.json()["detail"]
    told(installed(officer, EUI, "T1", 3, model="dds20-lb", empty_mm=0, full_mm=800, mount="below"), 201)
    reads(database, EUI, 1, 200)
    tell_fills(database, clock.now())
    with database.transaction() as conn:
        assert conn.execute("SELECT fill_pct FROM bin_fill").fetchall() == [(25,)]


def test_what_is_wrong_is_told_member_by_member(officer: httpx.Client) -> None:
    answer = officer.put("/assets/bins/B 1", json={**BIN, "lat": 540, "usrn": "12"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [each["where"] for each in told(answer, 422)["errors"]] == ["bin_id", "lat", "usrn"]
    told(officer.put("/assets/bins/B1", json=BIN))
    told(installed(officer, EUI, "B1", 3), 201)
    wrong = {
        "bin_id": installed(officer, OTHER, "B1", 1),
        "valid_from": installed(officer, EUI, "B1", -1),
        "full_mm": installed(officer, OTHER, "B1", 1, full_mm=950),
        "device": installed(officer, "sensor 7", "B1", 1),
        "at": officer.post("/installations/taken-away", json={"device": OTHER, "at": clock.now().isoformat()}),
    }
    for where, refused in wrong.items():
        assert [each["where"] for each in told(refused, 422)["errors"]] == [where]


def test_no_council_sees_or_changes_what_is_anothers(office: dict[str, httpx.Client]) -> None:
    rivermouth, hilltop = office["rivermouth"], office["hilltop"]
    told(rivermouth.put("/assets/bins/B1", json=BIN))
    version = told(installed(rivermouth, EUI, "B1", 3), 201)["installation_id"]
    for address in ("/assets/bins/B1", f"/devices/{EUI}"):
        told(hilltop.get(address), 404)
    assert told(hilltop.get("/assets"))["assets"] == told(hilltop.get("/devices"))["devices"] == []
    assert told(hilltop.get("/installations", params={"device": EUI}))["installations"] == []
    assert "in use by another council" in told(hilltop.put("/assets/bins/B1", json=BIN), 422)["detail"]
    told(hilltop.put(f"/devices/{EUI}", json={"model": "vs133"}), 422)
    told(hilltop.put(f"/installations/{version}", json={"empty_mm": 5000}), 404)
    told(hilltop.post("/installations/taken-away", json={"device": EUI, "at": clock.now().isoformat()}), 422)
    told(installed(hilltop, OTHER, "B1", 1), 422)


def test_a_file_is_looked_at_unless_it_is_to_be_kept(officer: httpx.Client) -> None:
    told(officer.put("/assets/bins/B1", json=BIN))
    file = officer.get("/assets/files/bins.csv").text.replace("Quay", "Quay steps")
    looked = told(officer.post("/assets/files/bins", content=file, headers={"Content-Type": "text/csv"}))
    assert (looked["changed"], looked["applied"], looked["lines"][0]["became"]) == (1, False, {"name": "Quay steps"})
    asked = {"params": {"dry_run": "false"}, "headers": {"Content-Type": "text/csv"}}
    assert told(officer.post("/assets/files/bins", content=file, **asked))["applied"] is True
    assert told(officer.get("/assets", params={"q": "steps"}))["assets"][0]["asset_id"] == "B1"
    refused = told(officer.post("/assets/files/bins", content=file.replace("54.9", "north"), **asked), 422)
    what = {"where": "line 2", "column": "lat", "code": "not_number", "what": "lat 'north' is not a number"}
    assert refused["errors"] == [what]


def test_the_end_of_a_devices_support_is_told_and_not_known_is_not_supported(officer: httpx.Client) -> None:
    today = clock.now().date()
    ends = {EUI: (today - timedelta(days=1)).isoformat(), OTHER: None, "24e124713d000003": today.isoformat()}
    for device, until in ends.items():
        told(officer.put(f"/devices/{device}", json={"model": "em310-udl", "supported_until": until}))
    found = told(officer.get("/devices"))["devices"]
    assert [each["support"] for each in found] == ["ended", "not_known", "supported"]
    assert found[0]["default_password_changed"] is None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_clock_in_a_street_shows_is_refused_however_it_is_told(moment: str, officer: httpx.Client) -> None:
    """It would be kept, and the pages of its device could not show it."""
    told(officer.put("/assets/bins/B1", json=BIN))
    told(installed(officer, EUI, "B1", 1), 201)
    (version,) = told(officer.get("/installations"))["installations"]
    path = f"/installations/{version['installation_id']}"
    told(installed(officer, OTHER, "B1", 1, valid_from=moment), 422)
    told(officer.put(path, json={"empty_mm": 900, "full_mm": 300, "valid_to": moment}), 422)
    told(officer.post(f"{path}/versions", json={"valid_from": moment, "changes": {}}), 422)
    told(officer.post("/installations/taken-away", json={"device": EUI, "at": moment}), 422)
    file = f"device,model,bin_id,valid_from,empty_mm,full_mm\n{OTHER},em310-udl,B1,{moment},900,300\n"
    answer = officer.post("/assets/files/installations", content=file, headers={"Content-Type": "text/csv"})
    assert "is not between 2000 and 2100" in told(answer, 422)["errors"][0]["what"]


def test_words_that_cannot_be_kept_are_refused(officer: httpx.Client) -> None:
    told(officer.put("/assets/bins/B1", json=BIN))
    made = told(installed(officer, EUI, "B1", 1), 201)
    now, words = clock.now().isoformat(), "a\0b"
    told(officer.post("/installations/taken-away", json={"device": words, "at": now}), 422)
    told(officer.post("/installations/taken-away", json={"device": EUI, "at": now, "note": words}), 422)
    told(installed(officer, OTHER, "B1", 0, replaces=words), 422)
    path = f"/installations/{made['installation_id']}/versions"
    told(officer.post(path, json={"valid_from": now, "changes": {}, "note": words}), 422)


@pytest.mark.parametrize("column", ["blind_zone_mm", "report_every_s", "swap_in_out"])
def test_what_every_version_has_cannot_become_unknown(column: str, officer: httpx.Client) -> None:
    told(officer.put("/assets/bins/B1", json=BIN))
    made = told(installed(officer, EUI, "B1", 1), 201)
    change = {"valid_from": clock.now().isoformat(), "changes": {column: None}}
    assert column in told(officer.post(f"/installations/{made['installation_id']}/versions", json=change), 422)["detail"]


FILES = {
    "wards": '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"ward_code": "E2", "name": "Quay"},'
    ' "geometry": {"type": "Polygon", "coordinates": [[[-1.7, 54.8], [-1.4, 54.8], [-1.4, 55.0], [-1.7, 54.8]]]}}]}',
    "ironwork": "ironwork_id,kind,lat,lon\nG1,gully,54.9,-1.6\n",
    "bases": "base_id,kind,name,lat,lon\nD1,depot,Depot,54.9,-1.6\n",
    "vehicles": "vehicle_id,name,capacity_l,shift_from,shift_until\nV1,Van,3000,06:00,14:00\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_every_file_that_officers_may_send_is_kept_as_well_as_looked_at(kind: str, officer: httpx.Client) -> None:
    asked = {"params": {"dry_run": "false"}, "headers": {"Content-Type": "text/csv"}}
    kept = [told(officer.post(f"/assets/files/{kind}", content=FILES[kind], **asked)) for _ in range(2)]  # type: ignore[arg-type]
    assert [(each["new"], each["unchanged"]) for each in kept] == [(1, 0), (0, 1)]
