"""A council with hundreds of devices in trouble: pages stay short, and nothing of the lists is left out."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from browsing import overflow_px
from playwright.sync_api import Browser, expect

from cli.embedded.broker import EmbeddedBroker
from streets import clock
from tests.office import Office, opened_office

SILENT = 120
OF_HILLTOP = 3


def fill(conn: Any) -> None:
    """120 devices of rivermouth that fell silent one minute after the other, each with an alarm in the past; three of hilltop."""
    now = clock.now()
    conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth'), ('hilltop', 'Hilltop')")
    conn.execute(
        "INSERT INTO bin SELECT 'B' || n, CASE WHEN n > %s THEN 'hilltop' ELSE 'rivermouth' END, 'Bin ' || n, 55, -1.6, NULL,"
        " NULL, 100 FROM generate_series(1, %s) AS n",
        (SILENT, SILENT + OF_HILLTOP),
    )
    conn.execute(
        "INSERT INTO device (device, council, model) SELECT lpad(substr(bin_id, 2), 16, '0'), council, 'em310-udl' FROM bin"
    )
    conn.execute(
        "INSERT INTO installation (device_id, valid_from, bin_id, empty_mm, full_mm)"
        " SELECT device_id, %s, 'B' || device::bigint, 1200, 300 FROM device",
        (now - timedelta(days=90),),
    )
    conn.execute(
        "INSERT INTO device_health (device_id, learned_at, rhythm_s, silent_after_s, battery_low, frames_heard, frames_missing,"
        " echoes, invalid_echoes) SELECT device_id, %s, 3600, 7200, false, 10, 0, 10, 0 FROM device",
        (now,),
    )
    conn.execute(
        "INSERT INTO device_trouble (device_id, trouble, since)"
        " SELECT device_id, 'silent', %s + device::bigint * interval '1 minute' FROM device",
        (now - timedelta(days=3),),
    )
    conn.execute(
        "INSERT INTO device_alarm (device_id, kind, raised_at, told_at, received_at, late, tellings, ended_at)"
        " SELECT device_id, 'tilt', %(at)s, %(at)s, %(at)s, false, 1, %(at)s FROM device",
        {"at": now - timedelta(days=1)},
    )


@pytest.fixture(scope="module")
def office(databases: Any, broker: EmbeddedBroker) -> Iterator[Office]:
    with opened_office(databases, broker) as made:
        with made.database.transaction() as conn:
            fill(conn)
        yield made


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("address", "label", "rows"),
    [
        ("/officer/health", "Next page (Silent devices)", "#silent ~ div >> nth=0 >> tbody th"),
        ("/officer/devices/security", "Next page", "main tbody >> nth=-1 >> th"),
    ],
)
def test_a_long_list_is_told_page_by_page_without_javascript(
    address: str, label: str, rows: str, office: Office, browser: Browser, axe: Any
) -> None:
    with office.signed_in(browser, width_px=320, java_script_enabled=False) as page:
        page.goto(office.site + address)
        for number, devices in ((1, 50), (2, 50), (3, 20)):
            expect(page.locator("main")).to_contain_text(f"Page {number} of 3")
            expect(page.locator(rows)).to_have_count(devices)
            expect(page.locator(rows).first).to_contain_text(f"{50 * number - 49:016}")
            assert overflow_px(page) <= 0
            if number < 3:
                page.get_by_role("link", name=label).click()
        expect(page.get_by_role("link", name=label)).to_have_count(0)
        page.goto(f"{office.site}/cy{address}")
        expect(page.locator("main")).to_contain_text("Tudalen nesaf")
    with office.signed_in(browser) as page:
        page.goto(office.site + address)
        assert axe(page) == []
    assert len(office.caller().get(address).content) < 120_000


def test_a_page_beyond_the_last_is_the_last_and_what_is_no_page_is_refused(office: Office) -> None:
    officer = office.caller()
    assert "Page 3 of 3" in officer.get("/officer/health?list=silent&page=99").text
    assert [officer.get(f"/officer/health?{asked}").status_code for asked in ("page=0", "list=none", "page=x")] == [422] * 3


def test_the_files_hold_every_line_and_only_those_of_the_officers_council(office: Office) -> None:
    ours, theirs = office.caller("rivermouth"), office.caller("hilltop")
    for path in ("/v1/health/devices.csv", "/v1/alarms.csv", "/officer/devices/security.csv"):
        answers = [council.get(path) for council in (ours, theirs)]
        assert [len(rows_of(answer.text)) for answer in answers] == [SILENT, OF_HILLTOP], path
        assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}
    first = rows_of(ours.get("/v1/health/devices.csv").text)[0]
    assert (first["stands_at"], first["battery_pct"], list(first)[-1]) == ("Bin 1", "", "since")
    assert '"silent"' in first["since"]
    assert rows_of(ours.get("/v1/health/disagreements.csv").text) == []
