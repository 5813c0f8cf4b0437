"""Rounds over HTTP: who sees what, what crews tell, and the faces of a round."""

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import gpxpy
import httpx
import pytest
from icalendar import Calendar
from small_town import Desk
from typer.testing import CliRunner

from cli.main import app
from streets import clock


def event(name: str, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "at": clock.now().isoformat(), "event": name, **more}


def stop_of(crew: httpx.Client, desk: Desk, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = crew.get(f"/v1/rounds/{desk.round_id}").json()["stops"][number]
    return found


def test_a_round_has_its_stops_in_order_with_why_and_eta(desk: Desk) -> None:
    told = desk.caller("crew").get(f"/v1/rounds/{desk.round_id}").json()
    assert [stop["kind"] for stop in told["stops"]] == ["start", "bin", "bin", "tip", "end"]
    assert {stop["why"] for stop in told["stops"] if stop["kind"] == "bin"} == {"scheduled_no_forecast"}
    etas = [datetime.fromisoformat(stop["eta"]) for stop in told["stops"]]
    assert etas == sorted(etas)
    assert [tip["name"] for tip in told["tips"]] == ["Tip"]
    assert [(left["bin_id"], left["why"]) for left in told["not_today"]] == [(f"{desk.council}-fresh", "not_due")]


def test_a_day_lists_its_rounds(desk: Desk) -> None:
    told = desk.caller("crew").get(f"/v1/rounds/{desk.service_date}").json()
    assert [(each["round_id"], each["bins"], each["bins_done"]) for each in told["rounds"]] == [(desk.round_id, 2, 0)]


def test_a_day_without_a_plan_has_no_rounds(desk: Desk) -> None:
    assert desk.caller("crew").get("/v1/rounds/2020-01-01").json()["rounds"] == []


def test_a_crew_is_shown_nothing_of_another_councils_rounds(desk: Desk) -> None:
    stranger, crew = desk.caller("officer", desk.other), desk.caller("crew")
    stop_id = stop_of(crew, desk)["stop_id"]
    assert stranger.get(f"/v1/rounds/{desk.round_id}").status_code == 404
    assert stranger.get(f"/v1/rounds/{desk.round_id}.gpx").status_code == 404
    assert stranger.get(f"/v1/rounds/{desk.service_date}").json()["rounds"] == []
    answer = stranger.post(f"/v1/stops/{stop_id}/events", json=event("emptied"))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert stop_of(crew, desk)["state"] == "open"


def test_without_a_token_there_is_no_round(desk: Desk) -> None:
    assert httpx.get(f"{desk.site}/v1/rounds/{desk.round_id}").status_code == 401


def test_a_crew_may_not_plan(desk: Desk) -> None:
    assert desk.caller("crew").post("/v1/rounds", json={"service_date": str(desk.service_date)}).status_code == 403


def test_an_officer_plans_a_day_once_and_again_when_asked(desk: Desk) -> None:
    officer, body = desk.caller("officer"), {"service_date": str(desk.service_date + timedelta(days=1))}
    first, same = officer.post("/v1/rounds", json=body), officer.post("/v1/rounds", json=body)
    again = officer.post("/v1/rounds", json={**body, "again": True})
    assert [answer.status_code for answer in (first, same, again)] == [201, 200, 201]
    assert first.json()["rounds"] == same.json()["rounds"]
    assert again.json()["rounds"][0]["version"] == 2
    # The old address finds the new plan.
    old, new = first.json()["rounds"][0]["round_id"], again.json()["rounds"][0]["round_id"]
    assert officer.get(f"/v1/rounds/{old}").json()["round_id"] == new


def test_an_officer_is_told_why_a_day_cannot_be_planned(desk: Desk) -> None:
    days = {"2020-01-01": "over", "2126-01-01": "too far ahead", "9999-12-31": "too far ahead"}
    for day, why in days.items():
        answer = desk.caller("officer").post("/v1/rounds", json={"service_date": day})
        assert answer.status_code == 409
        assert why in answer.json()["detail"]


def test_telling_the_same_event_twice_changes_nothing(desk: Desk) -> None:
    crew = desk.caller("crew")
    stop, told = stop_of(crew, desk), event("emptied", observed_fill=75)
    answers = [crew.post(f"/v1/stops/{stop['stop_id']}/events", json=told) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert [answer.json()["new"] for answer in answers] == [True, False]
    assert desk.emptyings() == [(stop["bin_id"], "crew", 75)]
    assert stop_of(crew, desk)["state"] == "emptied"


def test_an_undo_takes_back_the_emptying(desk: Desk) -> None:
    crew = desk.caller("crew")
    path = f"/v1/stops/{stop_of(crew, desk)['stop_id']}/events"
    crew.post(path, json=event("emptied"))
    crew.post(path, json=event("undo"))
    assert desk.emptyings() == []
    assert stop_of(crew, desk)["state"] == "open"


def test_events_that_arrive_out_of_order_end_the_same(desk: Desk) -> None:
    crew, first, taken_back = desk.caller("crew"), event("emptied"), event("undo")
    path = f"/v1/stops/{stop_of(crew, desk)['stop_id']}/events"
    crew.post(path, json=taken_back)
    crew.post(path, json=first)
    assert desk.emptyings() == []
    assert stop_of(crew, desk)["state"] == "open"


def test_an_overflowing_bin_stays_open_until_it_is_emptied(desk: Desk) -> None:
    crew = desk.caller("crew")
    path = f"/v1/stops/{stop_of(crew, desk)['stop_id']}/events"
    crew.post(path, json=event("overflowing", observed_fill=100))
    assert stop_of(crew, desk)["state"] == "overflowing"
    crew.post(path, json=event("emptied"))
    assert stop_of(crew, desk)["state"] == "emptied"


IMPOSSIBLE: list[dict[str, Any]] = [
    {"event": "burnt"},
    {"observed_fill": 60},
    {"at": "yesterday"},
    {"at": "2026-03-10T07:00:00"},
    {"at": "0001-01-01T00:00:00Z"},
    {"at": "2999-01-01T00:00:00Z"},
    {"id": "7"},
    {"note": "x" * 501},
    {"note": "a\0b"},
    {"colour": "red"},
]


def test_an_impossible_event_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    crew = desk.caller("crew")
    path = f"/v1/stops/{stop_of(crew, desk)['stop_id']}/events"
    answers = [crew.post(path, json={**event("emptied"), **bad}) for bad in IMPOSSIBLE]
    assert [answer.status_code for answer in answers] == [422] * len(IMPOSSIBLE)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert desk.emptyings() == []


def test_nothing_is_told_of_the_start_of_a_round(desk: Desk) -> None:
    crew = desk.caller("crew")
    assert crew.post(f"/v1/stops/{stop_of(crew, desk, 0)['stop_id']}/events", json=event("emptied")).status_code == 422


def test_a_round_that_does_not_exist_is_not_found(desk: Desk) -> None:
    crew = desk.caller("crew")
    assert crew.get(f"/v1/rounds/{uuid4()}").status_code == 404
    assert crew.get("/v1/rounds/tomorrow").status_code == 422
    assert crew.post(f"/v1/stops/{uuid4()}/events", json=event("emptied")).status_code == 404


def test_a_gpx_file_leads_a_navigation_device_from_stop_to_stop(desk: Desk) -> None:
    file = gpxpy.parse(desk.caller("crew").get(f"/v1/rounds/{desk.round_id}.gpx").text)
    assert [point.type for point in file.waypoints] == ["bin", "bin", "tip"]
    # Depot in the west, bins south and north, tip in the east. Depot to a bin 400 m; to the other bin 800 m by either way;
    # to the tip 400 m; home 800 m: 2,400 m in all.
    assert file.tracks[0].length_2d() == pytest.approx(2400, abs=10)


def test_a_crew_tells_of_a_bin_that_is_on_no_round(desk: Desk) -> None:
    crew, fresh = desk.caller("crew"), f"{desk.council}-fresh"
    path, told = f"/v1/rounds/{desk.round_id}/bins/{fresh}/events", event("emptied", observed_fill=25)
    answers = [crew.post(path, json=told) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert desk.emptyings() == [(fresh, "crew", 25)]
    left = crew.get(f"/v1/rounds/{desk.round_id}").json()["not_today"]
    assert [(each["bin_id"], each["state"]) for each in left] == [(fresh, "emptied")]
    stranger = desk.caller("crew", desk.other)
    assert stranger.post(path, json=event("emptied")).status_code == 404
    assert crew.post(f"/v1/rounds/{desk.round_id}/bins/nowhere/events", json=event("emptied")).status_code == 404


def test_the_mark_of_a_round_changes_with_every_event_and_every_plan(desk: Desk) -> None:
    crew, officer = desk.caller("crew"), desk.caller("officer")
    asked = f"/v1/rounds/{desk.round_id}/mark"
    marks = [crew.get(asked).json()["mark"]]
    crew.post(f"/v1/stops/{stop_of(crew, desk)['stop_id']}/events", json=event("emptied"))
    marks.append(crew.get(asked).json()["mark"])
    assert crew.get(asked).json()["mark"] == marks[-1]
    officer.post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True})
    marks.append(crew.get(asked).json()["mark"])
    assert len(set(marks)) == 3
    assert desk.caller("crew", desk.other).get(asked).status_code == 404


def test_a_crew_has_the_rest_of_its_own_day_planned_again_once_a_minute(desk: Desk) -> None:
    crew, path = desk.caller("crew"), f"/v1/rounds/{desk.round_id}/again"
    asked = {"id": str(uuid4()), "why": "late"}
    assert crew.post(path, json=asked).status_code == 429
    with desk.database.transaction() as conn:
        conn.execute("UPDATE round SET planned_at = planned_at - interval '1 minute' WHERE council = %s", (desk.council,))
    answers = [crew.post(path, json=asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 429]
    assert (answers[0].json()["version"], answers[0].json()["settings"]["asked_because"]) == (2, "late")
    assert answers[1].headers["retry-after"] == "60"
    assert desk.caller("crew", desk.other).post(path, json=asked).status_code == 404
    assert crew.post(path, json={**asked, "why": "tea"}).status_code == 422


def test_what_a_crew_tells_of_its_load_is_kept_also_where_there_is_no_new_plan(desk: Desk) -> None:
    asked = {"id": str(uuid4()), "why": "vehicle_full", "load": "three_quarters"}
    assert desk.caller("crew").post(f"/v1/rounds/{desk.round_id}/again", json=asked).status_code == 429
    with desk.database.transaction() as conn:
        shares = "SELECT vehicle_id, load_share FROM vehicle_load WHERE council = %s"
        assert conn.execute(shares, (desk.council,)).fetchall() == [("V1", 0.75)]


def test_a_calendar_has_one_event_a_round_which_a_new_plan_replaces(desk: Desk) -> None:
    crew, officer = desk.caller("crew"), desk.caller("officer")
    first = crew.get(f"/v1/rounds/{desk.round_id}.ics")
    officer.post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True})
    second = crew.get(f"/v1/rounds/{desk.service_date}.ics")
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    (before,), (after,) = (Calendar.from_ical(answer.text).events for answer in (first, second))
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (1, 2)
    assert before["location"] == "Depot"
    lines = str(after["description"]).splitlines()
    # Two bins and the tip, in order; the start and the way home are no work.
    assert [line.split(".")[0] for line in lines] == ["1", "2", "3"]
    assert "Tip: empty the vehicle" in lines[2]
    told = crew.get(f"/v1/rounds/{desk.round_id}").json()
    assert after.start.isoformat() == told["starts_at"].replace("Z", "+00:00")


def test_what_no_file_can_say_in_a_note_or_a_name_spoils_no_file(desk: Desk) -> None:
    officer, one = desk.caller("officer"), f"{desk.council}-one"
    note = "hot\x01 & wet<b>,\nEND:VEVENT\x0b\x7f\uffff"
    order = {"bin_id": one, "must": True, "why": "hazard", "note": note, "from_date": str(desk.service_date)}
    assert officer.post("/v1/orders", json=order).status_code == 422
    assert officer.post("/v1/orders", json=order | {"note": "hot"}).status_code == 201
    with desk.database.transaction() as conn:
        # Notes of before that rule hold what they hold.
        conn.execute("UPDATE bin_order SET note = %s WHERE bin_id = %s", (note, one))
        conn.execute("UPDATE bin SET name = %s WHERE bin_id = %s", ("=One\x02", one))
    assert officer.post("/v1/rounds", json={"service_date": str(desk.service_date), "again": True}).status_code == 201
    file = gpxpy.parse(officer.get(f"/v1/rounds/{desk.round_id}.gpx").text)
    assert "1 =One" in [waypoint.name for waypoint in file.waypoints]
    (event,) = Calendar.from_ical(officer.get(f"/v1/rounds/{desk.round_id}.ics").content).events
    assert "(hot & wet<b>,\nEND:VEVENT)" in str(event["description"])


def test_a_csv_file_has_a_line_for_each_stop(desk: Desk) -> None:
    lines = list(csv.DictReader(io.StringIO(desk.caller("crew").get(f"/v1/rounds/{desk.round_id}.csv").text)))
    assert [line["kind"] for line in lines] == ["start", "bin", "bin", "tip", "end"]
    assert lines[1]["why_text"] == "no forecast for this bin: scheduled visit"


def test_a_geojson_file_has_a_line_and_a_point_for_each_stop(desk: Desk) -> None:
    file = desk.caller("crew").get(f"/v1/rounds/{desk.service_date}.geojson").json()
    assert [feature["geometry"]["type"] for feature in file["features"]] == ["LineString"] + ["Point"] * 5
    lon, lat = file["features"][1]["geometry"]["coordinates"]
    assert (round(lat), round(lon)) == (52, -4)


def test_the_command_line_plans_and_shows(desk: Desk) -> None:
    def streets(*words: str) -> Any:
        return CliRunner().invoke(app, ["rounds", *words], env={"STREETS_DATABASE_URL": desk.database_url})

    planned = streets("plan", "--date", str(desk.service_date), "--council", desk.council)
    assert planned.exit_code == 0, planned.stderr
    # 2,400 m in all: see the GPX file.
    assert planned.stdout == f"{desk.round_id}  Van 1  2 bins  2.4 km\n"
    shown = streets("show", desk.round_id, "--format", "text")
    assert "One: no forecast for this bin: scheduled visit [open]" in shown.stdout
    assert gpxpy.parse(streets("show", desk.round_id, "--format", "gpx").stdout).waypoints
    assert Calendar.from_ical(streets("show", desk.round_id, "--format", "ics").stdout).events
    assert json.loads(streets("show", desk.round_id, "--format", "json").stdout)["round_id"] == desk.round_id
    assert streets("show", str(uuid4())).exit_code == 1
    assert streets("plan", "--council", desk.other, "--date", "2020-01-01").exit_code == 1
    assert streets("show", desk.round_id, "--format", "doc").exit_code == 2
