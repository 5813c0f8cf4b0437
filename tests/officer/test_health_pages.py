"""An officer sees how the devices of their own council are, and says which alarms are seen to; so can a program."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from browsing import overflow_px
from playwright.sync_api import Browser, Page, expect

from cli.database import opened
from cli.embedded.broker import EmbeddedBroker
from ingest.batch import keep_messages
from ingest.registry import Registry
from streets import clock
from streets.jobs.health import tell_health
from tests.health.conftest import FIRE_BIN, add_fire_bin, fire
from tests.ingest.arrivals import BIN_EUI, level, settle
from tests.office import Office, opened_office

LONG_SILENT_AND_LOW = (
    "INSERT INTO level_reading (device_id, observed_at, content, received_at, time_source, distance_mm, battery_pct)"
    " SELECT device_id, at, 0, at, 'network', 800, 30 - extract(epoch FROM at - %(since)s) / 86400 / 7"
    " FROM device, generate_series(%(since)s::timestamptz, %(until)s, '2 hours') AS at WHERE model = 'em310-udl'"
)


@pytest.fixture(scope="module")
def office(databases: Any, broker: EmbeddedBroker) -> Iterator[Office]:
    """Rivermouth: a bin that burns, and one whose device fell silent three days ago with a battery that ends. Hilltop: none."""
    with opened_office(databases, broker) as made, opened(made.url, "streets_ingest", size=2) as ingest:
        settle(made.database)
        add_fire_bin(made.database)
        now = clock.now()
        with made.database.transaction() as conn:
            conn.execute(LONG_SILENT_AND_LOW, {"since": now - timedelta(days=100), "until": now - timedelta(days=3)})
        keep_messages(ingest, Registry(), [fire(True, 1, now - timedelta(minutes=3)), level(at=now - timedelta(days=3))])
        tell_health(made.database, now)
        yield made


@pytest.fixture
def page(office: Office, browser: Browser) -> Iterator[Page]:
    with office.signed_in(browser, width_px=320, java_script_enabled=False) as page:
        yield page


def test_an_officer_sees_the_alarm_first_says_it_is_seen_to_and_finds_what_is_silent(office: Office, page: Page) -> None:
    """The battery fell a point a week from 30 %, 97 days long, to 16 %: below 10 % in six weeks."""
    expect(page.locator("main")).to_contain_text("1 alarm nobody has seen to.")
    page.click("text=How the devices are")
    troubles = ["Never heard since they were fitted", "Silent devices", "Batteries that will soon be flat"]
    expect(page.locator("main h2")).to_have_text(
        ["Alarms now", *troubles, "Where crews and sensors disagree", "Download the data"]
    )
    alarm = page.locator(".govuk-summary-card")
    expect(alarm).to_contain_text("Pier Head")
    expect(alarm).to_contain_text("Call 999")
    assert overflow_px(page) <= 0
    expect(page.locator("#silent ~ div").first).to_contain_text("3 days ago")
    expect(page.locator("#battery ~ div").first).to_contain_text("16% left. Flat about")
    page.click("text=I am seeing to it")
    expect(page.locator(".govuk-summary-card")).to_contain_text("Seen by j.jones")
    page.goto(f"{office.site}/officer/health?weeks=4")
    expect(page.locator("main")).not_to_contain_text("16% left")
    page.goto(f"{office.site}/cy/officer/health")
    expect(page.locator("h1")).to_have_text("Sut mae'r dyfeisiau")


def test_a_device_s_own_page_tells_how_it_is(office: Office, page: Page) -> None:
    page.goto(f"{office.site}/officer/health")
    page.click(f"#silent ~ div a >> text={BIN_EUI}")
    main = page.locator("main")
    expect(main).to_contain_text("It usually reports every 2 hours. It counts as silent after 6 hours.")
    expect(main).to_contain_text("16% left. Flat about")
    expect(main).to_contain_text("silent Since")
    page.goto(f"{office.site}/officer/devices/{FIRE_BIN}")
    expect(main).to_contain_text("Fire")
    assert overflow_px(page) <= 0


def test_a_device_whose_messages_tell_of_its_battery_alone_is_not_said_to_be_unheard(office: Office, page: Page) -> None:
    with office.database.transaction() as conn:
        conn.execute("UPDATE device_health SET frames_heard = 31, frames_missing = 0 WHERE heard_at IS NULL")
    page.goto(f"{office.site}/officer/health")
    page.locator("#never_heard ~ div").first.locator("a").last.click()
    expect(page.locator("main")).to_contain_text("Last heardMessages come, and none tells what it measures.")


def test_an_officer_sees_where_crews_and_sensors_disagree(office: Office, page: Page) -> None:
    with office.database.transaction() as conn:
        conn.execute(
            "INSERT INTO disagreement (bin_id, at, what, told, told_fill_pct, fill_before_pct, fill_after_pct)"
            " SELECT min(bin_id), %s, 'no_fall', 'emptied', 75, 61, 62 FROM bin WHERE council = 'rivermouth'",
            (clock.now() - timedelta(days=1),),
        )
    page.goto(f"{office.site}/officer/health")
    told = page.locator("#disagreements ~ div").first
    expect(told).to_contain_text("Told emptied, but it stayed as full as it was")
    expect(told).to_contain_text("Told 75%. Measured 61% before, 62% after.")
    assert overflow_px(page) <= 0
    page.goto(f"{office.site}/cy/officer/health")
    expect(page.locator("#disagreements ~ div").first).to_contain_text("Dywedwyd 75%. Mesurwyd 61% cyn, 62% ar ôl.")
    theirs = office.caller("hilltop").get("/officer/health").text
    assert "Nowhere that is known." in theirs


def test_the_pages_break_no_rule_of_accessibility(office: Office, browser: Browser, axe: Any) -> None:
    with office.signed_in(browser) as page:
        for path in ("/officer/health?weeks=26", f"/officer/devices/{BIN_EUI}", f"/cy/officer/devices/{FIRE_BIN}"):
            page.goto(office.site + path)
            assert axe(page) == []


def test_a_program_is_told_the_same_and_only_of_its_own_council(office: Office) -> None:
    ours, theirs = office.caller("rivermouth"), office.caller("hilltop")
    (alarm,) = ours.get("/v1/alarms").json()["alarms"]
    assert (alarm["kind"], alarm["stands_at"]) == ("fire", "Pier Head")
    seen = ours.post(f"/v1/alarms/{alarm['alarm_id']}/acknowledgement").json()
    assert (seen["acknowledged_by"], seen["rings"]) == ("j.jones", False)
    (silent,) = ours.get("/v1/health/devices?trouble=silent").json()["devices"]
    assert set(silent["troubles"]) == {"silent", "battery"}
    assert silent["rhythm_s"] == 7200
    assert theirs.get("/v1/alarms").json() == {"alarms": []}
    assert theirs.get("/v1/health/devices").json() == {"devices": []}
    headers = ours.get("/v1/alarms").headers
    assert headers["Cache-Control"] == "private, no-store" and not {"Link", "Access-Control-Allow-Origin"} & headers.keys()
    assert theirs.post(f"/v1/alarms/{alarm['alarm_id']}/acknowledgement").status_code == 404
    assert theirs.post(f"/officer/health/alarms/{alarm['alarm_id']}/acknowledgement").status_code == 404
    assert office.caller("rivermouth", "crew").get("/v1/alarms").status_code == 403


def test_metrics_count_devices_by_what_is_wrong_and_alarms_that_go_on(office: Office) -> None:
    told = httpx.get(f"{office.site}/metrics").text
    assert 'streets_devices{council="rivermouth",trouble="silent"} 1.0' in told
    assert 'streets_devices{council="rivermouth",trouble="never_heard"} 1.0' in told
    assert "streets_alarms_open{acknowledged=" in told


def test_a_battery_below_the_flat_mark_is_flat_and_not_unknown(office: Office) -> None:
    """At 10 per cent a battery is taken to be flat."""
    with office.database.transaction() as conn:
        conn.execute("UPDATE device_health SET battery_pct = 7, battery_flat_at = NULL WHERE heard_at IS NOT NULL")
    page = office.caller("rivermouth").get("/officer/devices/" + BIN_EUI).text
    assert "7% left. That counts as flat: change it now." in page


@pytest.mark.parametrize(("level_mv", "flat"), [(2_500, True), (2_510, False)])
def test_a_battery_told_in_millivolts_is_flat_below_its_mark_and_else_not_known_to_end(
    level_mv: int, flat: bool, office: Office
) -> None:
    """A lithium cell of 3.6 volts counts as flat at 2,500 millivolts, whether or not a fall was seen before."""
    with office.database.transaction() as conn:
        conn.execute(
            "UPDATE device_health SET battery_pct = NULL, battery_mv = %s, battery_flat_at = NULL, battery_low = false"
            " WHERE heard_at IS NOT NULL",
            (level_mv,),
        )
    officer = office.caller("rivermouth")
    page = officer.get("/officer/devices/" + BIN_EUI).text
    assert ("That counts as flat: change it now." in page) == flat
    assert ("When it will be flat is not known" in page) != flat
    listed = rows_with(officer.get("/officer/health?list=battery").text, BIN_EUI)
    assert bool(listed) == flat


def rows_with(page: str, words: str) -> list[str]:
    """The lines of the page that hold the words."""
    return [line for line in page.splitlines() if words in line]
