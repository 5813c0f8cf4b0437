"""An officer in the street, with a phone and without JavaScript: a device is registered, hung up, moved, swapped, taken away."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import overflow_px
from playwright.sync_api import Browser, Page, expect

from api.record_words import ABOUT
from cli.database import opened
from cli.embedded.broker import EmbeddedBroker
from ingest.batch import keep_messages
from ingest.refused.requested import answer_next
from ingest.registry import Registry
from sensors import devices
from streets import clock
from streets.store.database import Database
from tests.ingest.arrivals import level, tts
from tests.office import Office, opened_office

EUI, NEW_EUI, STRANGER = "24e124713d000001", "24e124713d000002", "24e124713d000009"
SQUARE = '{"type": "Polygon", "coordinates": [[[-1.7, 54.8], [-1.4, 54.8], [-1.4, 55.0], [-1.7, 55.0], [-1.7, 54.8]]]}'
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Furnished(Office):
    """A council with a ward, a bin with a sensor and a counter's post."""

    ingest: Database

    def hears(self, device: str, distance_mm: int, f_cnt: int = 1) -> None:
        """What the ingest process does with a frame of an EM310-UDL of now."""
        keep_messages(self.ingest, Registry(), [level(distance_mm, f_cnt=f_cnt, at=clock.now(), device=device)])

    def tries_again(self) -> None:
        """What the ingest process does with what officers ask for."""
        with self.ingest.transaction() as conn:
            while answer_next(conn, clock.now()):
                pass

    def all_of(self, query: str) -> list[Any]:
        with self.database.transaction() as conn:
            return conn.execute(query).fetchall()  # type: ignore[arg-type]


def furnish(conn: Any) -> None:
    since = clock.now() - 48 * HOUR
    conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth', 'Aberafon')")
    conn.execute("INSERT INTO ward VALUES ('E1', 'rivermouth', 'Quayside', 'Y Cei', %s)", (SQUARE,))
    conn.execute("INSERT INTO street (council, usrn, name) VALUES ('rivermouth', '07800001', 'Quay Street')")
    conn.execute(
        "INSERT INTO bin (bin_id, council, name, lat, lon, usrn, ward_code, capacity_l)"
        " VALUES ('B1', 'rivermouth', 'Quay steps', 54.9, -1.6, '07800001', 'E1', 120),"
        " ('B2', 'rivermouth', 'Station', 54.91, -1.6, NULL, 'E1', 120)"
    )
    conn.execute("INSERT INTO place (place_id, council, name, lat, lon) VALUES ('quay', 'rivermouth', 'Quay', 54.9, -1.6)")
    conn.execute(
        "INSERT INTO counter (counter_id, council, place_id, name, lat, lon)"
        " VALUES ('C1', 'rivermouth', 'quay', 'Quay north', 54.9, -1.6)"
    )
    conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', 'em310-udl')", (EUI,))
    conn.execute(
        "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm, blind_zone_mm, report_every_s)"
        " SELECT device_id, 'B1', %s, 900, 300, 250, 3600 FROM device",
        (since,),
    )


@pytest.fixture
def office(databases: Any, broker: EmbeddedBroker) -> Iterator[Furnished]:
    with opened_office(databases, broker) as made, opened(made.url, "streets_ingest", size=2) as ingest:
        with made.database.transaction() as conn:
            furnish(conn)
        yield Furnished(made.site, made.url, made.database, ingest)


@pytest.fixture
def page(office: Furnished, browser: Browser) -> Iterator[Page]:
    with office.signed_in(browser, width_px=320, java_script_enabled=False) as page:
        yield page


def local(hours_ago: float) -> str:
    from api.pages.forms import shown

    return shown(clock.now() - hours_ago * HOUR)


def test_an_unknown_device_is_registered_from_what_was_refused_of_it_and_what_it_said_is_kept(
    office: Furnished, page: Page
) -> None:
    """Nothing is typed twice: its name comes from the message, and what it reads over the empty bin from what it said."""
    office.hears(STRANGER, 1180)
    page.goto(f"{office.site}/officer/devices")
    page.click("text=Devices that speak and are not registered")
    page.click(f"main tbody a >> text={STRANGER}")
    page.click("main >> text=Register this device")
    expect(page.locator("#device")).to_have_value(STRANGER)
    expect(page.locator("#model option", has_text="Dragino LDDS75 (ldds75)")).to_have_count(1)
    page.select_option("#model", "em310-udl")
    page.click("main form button")
    expect(page.locator("h1")).to_contain_text(f"Say where {STRANGER} stands")
    office.hears(STRANGER, 1180, f_cnt=2)
    page.reload()
    # It stands nowhere yet, and what it says is shown all the same.
    expect(page.locator("main")).to_contain_text("distance_mm 1180")
    page.fill("#bin_id", "B2")
    page.fill("#valid_from", local(1))
    page.fill("#empty_mm", "1180")
    page.fill("#full_mm", "300")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text(f"Device {STRANGER}")
    page.click("text=Try what was refused again")
    expect(page).to_have_url(re.compile("/officer/rejects"))
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("Being tried")
    office.tries_again()
    page.goto(f"{office.site}/officer/devices/{STRANGER}")
    expect(page.locator("main")).to_contain_text("1,180 mm")
    assert office.all_of("SELECT bin_id, empty_mm, told_by FROM installation WHERE bin_id = 'B2'") == [("B2", 1180, "j.jones")]


def test_a_device_s_page_tells_what_it_says_of_itself_and_since_when(office: Furnished, page: Page) -> None:
    # FF 0A is Milesight's firmware: 1.1 first, 1.2 from the second frame on.
    for f_cnt, frame in enumerate(("ff0a0101", "ff0a0102", "ff0a0102"), 1):
        keep_messages(office.ingest, Registry(), [tts(bytes.fromhex(frame), f_cnt, clock.now(), EUI)])
    page.goto(f"{office.site}/officer/devices/{EUI}")
    rows = page.get_by_role("region", name="What it says of itself").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("Firmware 1.2")
    expect(rows.nth(2)).to_contain_text("Firmware 1.1")
    told = office.caller().get(f"/v1/devices/{EUI}").json()
    assert [(word["name"], word["value"]) for word in told["about"]] == [("firmware", "1.2"), ("firmware", "1.1")]


def test_everything_that_devices_say_of_themselves_has_a_name_for_people() -> None:
    vectors = (json.loads(file.read_text()) for file in Path(devices.__path__[0]).glob("*.vectors.json"))
    assert {name for of_model in vectors for vector in of_model for name in vector.get("about", ())} == set(ABOUT)


def test_what_is_wrong_is_told_beside_the_field_and_what_was_typed_stays(office: Furnished, page: Page) -> None:
    page.goto(f"{office.site}/officer/assets/bins/new")
    page.fill("#bin_id", "B1")
    page.fill("#name", "Quay, by the crane")
    page.fill("#lat", "-1.6")
    page.fill("#lon", "west")
    page.fill("#capacity_l", "120")
    page.click("main form button")
    expect(page.locator(".govuk-error-summary__list a")).to_have_text(["Longitude: Enter a number."])
    expect(page.locator("#lon-error")).to_have_text("Error: Enter a number.")
    expect(page.locator("#name")).to_have_value("Quay, by the crane")
    page.fill("#lon", "54.9")
    page.click("main form button")
    expect(page.locator("#bin_id-error")).to_have_text("Error: This is there already. Look for it in the list.")
    page.fill("#bin_id", "B3")
    page.click("main form button")
    expect(page.locator("#lat-error")).to_contain_text("Are latitude and longitude swapped?")
    page.fill("#lat", "54.9")
    page.fill("#lon", "-1.6")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Bin B3")
    expect(page.locator("main")).to_contain_text("Quayside")  # its ward was found from the point


def test_a_sensor_is_swapped_in_the_street_and_the_bins_page_tells_of_both(office: Furnished, page: Page) -> None:
    page.goto(f"{office.site}/officer/assets?q=quay+street")
    page.click("main tbody a >> text=B1")
    page.click("text=Swap it for another device")
    expect(page.locator("#empty_mm")).to_have_value("900")
    page.fill("#device", "24e1")
    page.click("main form button")
    expect(page.locator("#device-error")).to_contain_text("A DevEUI has 16 digits")
    page.fill("#device", NEW_EUI.upper())
    page.fill("#valid_from", local(1))
    page.fill("#empty_mm", "880")
    page.fill("#note", "battery flat")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Bin B1")
    history = page.locator("table", has_text="What stood here")
    expect(history).to_contain_text(re.compile(f"{NEW_EUI}.*{EUI}", re.DOTALL))
    expect(history).to_contain_text("swapped for another device: battery flat")
    page.goto(f"{office.site}/officer/assets/changes")
    expect(page.locator("main")).to_contain_text("j.jones")
    assert office.all_of("SELECT empty_mm, valid_to IS NULL FROM installation ORDER BY valid_from") == [(900, False), (880, True)]


def test_a_sensor_is_measured_anew_moved_and_taken_away(office: Furnished, page: Page) -> None:
    office.hears(EUI, 870)
    page.goto(f"{office.site}/officer/devices/{EUI}")
    expect(page.locator("main")).to_contain_text("870 mm")
    page.click("text=Change the record from a time on")
    page.fill("#valid_from", local(20))
    page.fill("#empty_mm", "870")
    page.select_option("#liner", "true")
    page.click("main form button")
    page.click("text=Put the record right")
    expect(page).to_have_url(re.compile("/correct$"))
    page.fill("#empty_mm", "200")
    page.click("main form button")
    expect(page.locator("#full_mm-error")).to_contain_text("less than 200")
    page.fill("#empty_mm", "875")
    page.click("main form button")
    page.click("text=Move it")
    expect(page.locator("#empty_mm")).to_have_value("875")
    page.fill("#bin_id", "B2")
    page.fill("#valid_from", local(-2))
    page.click("main form button")
    expect(page.locator("#valid_from-error")).to_contain_text("This lies in the future")
    page.fill("#valid_from", local(10))
    page.click("main form button")
    page.click("text=Take it away")
    page.fill("#valid_to", local(1))
    page.fill("#note", "bin removed")
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("It stands nowhere")
    assert office.all_of("SELECT bin_id, empty_mm, why, end_why, end_note FROM installation ORDER BY valid_from") == [
        ("B1", 900, None, "changed", None),
        ("B1", 875, "changed", "moved", None),
        ("B2", 875, "moved", "taken_away", "bin removed"),
    ]


def test_a_file_is_sent_read_and_only_then_applied(office: Furnished, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "bins.csv"
    file.write_bytes(office.caller().get("/v1/assets/files/bins.csv").content.replace(b"Station", b"Station clock"))
    page.goto(f"{office.site}/officer/assets/files")
    page.click("main form button")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose what the file holds, and the file.")
    page.select_option("#kind", "bins")
    page.set_input_files("#file", file)
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("Where it stands: was Station, is Station clock")
    assert office.all_of("SELECT name FROM bin WHERE bin_id = 'B2'") == [("Station",)]
    with office.database.transaction() as conn:
        conn.execute("UPDATE bin SET name = 'Station gate' WHERE bin_id = 'B2'")
    page.click("main form button")
    expect(page.locator("[role=alert]")).to_contain_text("something has changed since you looked")
    page.click("main form button")
    expect(page.locator("[role=status]")).to_contain_text("It was applied at")
    page.wait_for_load_state()
    expect(page.locator("main")).not_to_contain_text("unchanged")  # with what it has itself changed it is no longer compared
    assert office.all_of("SELECT name FROM bin WHERE bin_id = 'B2'") == [("Station clock",)]


def test_a_file_with_a_refused_line_cannot_be_applied(office: Furnished, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "bins.csv"
    file.write_text("bin_id,name,lat,lon,capacity_l\nB8,Pier,54.9,-1.6,100\nB9,Pier,-1.6,54.9,100\n")
    page.goto(f"{office.site}/officer/assets/files")
    page.select_option("#kind", "bins")
    page.set_input_files("#file", file)
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("1 line is refused")
    expect(page.locator("main")).to_contain_text("line 3")
    page.wait_for_load_state()
    expect(page.locator("main form")).to_have_count(0)
    assert office.caller().post(page.url, data={"fingerprint": "0"}).status_code == 409
    assert office.all_of("SELECT count(*) FROM bin") == [(2,)]


def test_what_a_maker_promises_is_told_once_for_all_devices_of_a_model(office: Furnished, page: Page) -> None:
    page.goto(f"{office.site}/officer/devices/security")
    expect(page.locator("main")).to_contain_text("1 of 1 devices is not known to be secure.")
    page.click("main tbody a >> text=em310-udl")
    page.fill("#vulnerability_contact", "security@maker.example")
    page.fill("#supported_until", "2020-01-31")
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("ended on 31 January 2020")
    expect(page.locator("main")).to_contain_text("security@maker.example")


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_pages_are_accessible_and_fit_a_phone(
    prefix: str, office: Furnished, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    office.hears(EUI, 870)
    office.hears(STRANGER, 900)
    ((version,),) = office.all_of("SELECT installation_id FROM installation")
    addresses = (
        "assets",
        "assets/bins/new",
        "assets/bins/B1",
        "assets/counters/C1/edit",
        "assets/changes",
        "assets/files",
        "devices",
        f"devices/new?device={STRANGER}",
        f"devices/{EUI}",
        "devices/security",
        f"devices/edit?device={EUI}",
        f"installations/new?device={EUI}",
        f"installations/{version}/swap",
        f"installations/{version}/correct",
        f"installations/taken-away?device={EUI}",
    )
    with office.signed_in(browser, width_px=320) as page:
        for address in addresses if prefix == "" else addresses[::4]:
            answer = page.goto(f"{office.site}{prefix}/officer/{address}")
            assert answer is not None
            assert answer.status == 200, address
            assert axe(page) == [], address
            assert overflow_px(page) == 0, address
        page.goto(f"{office.site}{prefix}/officer/assets/bins/new")
        page.click("main form button")
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        assert axe(page) == []
        page.goto(f"{office.site}{prefix}/officer/assets/files")
        page.select_option("#kind", "bins")
        file = {"name": "bins.csv", "mimeType": "text/csv", "buffer": b"bin_id,name,lat,lon,capacity_l\nB1,Quay,55.1,-1.6,9\n"}
        page.set_input_files("#file", files=[file])
        page.click("main form button")
        expect(page.locator("h1")).to_contain_text("bins.csv")
        assert axe(page) == []
        assert overflow_px(page) == 0
