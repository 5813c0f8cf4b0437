"""The pages about potholes, and the recorder, in a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from math import sin
from typing import Any

import pytest
from browsing import overflow_px, served_filled
from playwright.sync_api import Browser, Page, expect
from psycopg import Connection

from cli.embedded.broker import EmbeddedBroker
from streets import clock
from streets.jobs.potholes import find_sites
from streets.potholes.detect import impacts
from tests.potholes.felt import HERE, moved, trace
from tests.potholes.town import MANHOLE, drive, feel, ward_around

THIS_HOUR = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
LAST_MONDAY = (THIS_HOUR - timedelta(days=THIS_HOUR.weekday())).replace(hour=0)


def bumpy_town(conn: Connection[Any]) -> None:
    ward_around(conn)
    for reporter in "abc":
        feel(conn, reporter, LAST_MONDAY, moved(1, 1))
        feel(conn, reporter, LAST_MONDAY, MANHOLE)
        drive(conn, reporter, LAST_MONDAY, "4500101", 2)
    drive(conn, "a", LAST_MONDAY, "4500102", 9)
    feel(conn, "a", LAST_MONDAY, moved(0, 100))
    find_sites(conn, THIS_HOUR)


@pytest.fixture(scope="module")
def town(databases: Any, broker: EmbeddedBroker) -> Iterator[str]:
    with served_filled(databases, broker, bumpy_town) as url:
        yield url


@pytest.fixture
def page(town: str, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(base_url=town, viewport={"width": 320, "height": 800})
    yield opened
    opened.close()


@pytest.mark.parametrize("lang", ["", "/cy"])
def test_pothole_pages_are_accessible_and_fit_a_phone(page: Page, axe: Callable[[Page], list[str]], lang: str) -> None:
    page.goto(f"{lang}/potholes")
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.locator("tbody a").click()
    page.wait_for_url("**/potholes/P*")
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.goto(f"{lang}/record")
    expect(page.locator("form")).to_have_count(1)
    assert axe(page) == []
    assert overflow_px(page) == 0


def test_what_is_withheld_and_what_is_unknown_is_told(page: Page) -> None:
    page.goto("/potholes")
    expect(page.locator("tbody tr")).to_have_count(1)
    for said in (
        "Quayside",
        "1 place felt by fewer than three reporters",
        "1 place beside a manhole cover or other ironwork",
        "one street was driven by at least three",
        "One more was driven by fewer",
        "unknown, not smooth",
    ):
        expect(page.locator("main")).to_contain_text(said)


def test_without_script_one_bump_can_be_reported_by_hand(page: Page, browser: Browser, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/record")
    plain = browser.new_context(java_script_enabled=False, base_url=page.url.removesuffix("/record")).new_page()
    plain.goto("/record")
    expect(plain.get_by_text("Start recording")).to_be_hidden()
    plain.get_by_text("Send this bump").click()
    expect(plain).to_have_title(re.compile("^Error:"))
    expect(plain.locator(".govuk-error-summary")).to_contain_text("Give the place as latitude and longitude")
    plain.get_by_label("Where is it?").fill(f"https://www.openstreetmap.org/#map=19/{HERE[0]}/{HERE[1]}")
    plain.get_by_label("A hard jolt").check()
    plain.get_by_text("Send this bump").click()
    expect(plain.locator(".govuk-notification-banner")).to_contain_text("Thank you")
    plain.get_by_label("Where is it?").fill("51.5007, -0.1246")
    plain.get_by_label("A hard jolt").check()
    plain.get_by_text("Send this bump").click()
    expect(plain.locator(".govuk-error-summary")).to_contain_text("outside the area")
    plain.context.close()


def test_the_phone_feels_what_the_reference_feels(page: Page) -> None:
    samples = trace({30.0: 0.5, 30.3: 0.9, 61.2: 0.3, 90.0: 1.4, 95.5: 0.15}, rate_hz=50, down=(0.48, -0.6, 0.64))
    page.goto("/record")
    felt = page.evaluate(
        "samples => { const d = new Detector(); for (const [t, f, v] of samples) d.feel(t, f, v); return d.found; }",
        [[one.at_s, [one.x_g, one.y_g, one.z_g], one.speed_m_per_s] for one in samples],
    )
    known = impacts(samples)
    assert [one["at_s"] for one in felt] == [one.at_s for one in known] == [30.3, 61.2, 90.0]
    assert [one["severity_g"] for one in felt] == pytest.approx([one.severity_g for one in known])
    assert [one["sigmas"] for one in felt] == pytest.approx([one.sigmas for one in known])


DRIVE = """([samples, fixes]) => {
  const drive = new Drive(300, 400);
  let next = 0;
  for (const [t, f] of samples) {
    while (next < fixes.length && fixes[next][0] <= t) drive.move(...fixes[next++]);
    drive.feel(t, f);
  }
  return drive.reports(() => "2026-11-22T10:00:00Z");
}"""


def test_nothing_near_the_ends_of_a_drive_and_no_trace_is_offered(page: Page) -> None:
    # Ten minutes north at 12 m/s, 7.2 km: jolts after 2 minutes, in the middle between two fixes, and 2 minutes before the end.
    jolts = {120.0: 1.0, 300.5: 1.0, 480.0: 1.0}
    samples = [(n / 10, [0, -1 - 0.02 * sin(n * 2.1) - jolts.get(n / 10, 0.0), 0]) for n in range(6000)]
    fixes = [(second, *moved(12 * second, 0), None) for second in range(600)]
    page.goto("/record")
    (report,) = page.evaluate(DRIVE, [samples, fixes])
    lat, lon = moved(12 * 300.5, 0)
    assert report == {
        "lat": round(lat, 5),
        "lon": round(lon, 5),
        "hour_start": "2026-11-22T10:00:00Z",
        "severity_g": pytest.approx(1.0, abs=0.1),
        "heading_octant": 0,
        "speed_band": "20_to_30_mph",
        "quality": 1,
    }


def test_reports_are_sent_one_by_one_after_the_person_agrees(page: Page) -> None:
    page.goto("/record")
    expect(page.get_by_role("button", name="Start recording")).to_be_visible()
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.url.endswith("/v1/bumps") else None)
    report = {"lat": HERE[0], "lon": HERE[1], "hour_start": THIS_HOUR.isoformat().replace("+00:00", "Z"), "severity_g": 0.8}
    page.evaluate(
        """report => {
          const recorder = new Recorder(document.querySelector("[data-recorder]"));
          recorder.drive = { reports: () => [report, { ...report, severity_g: 0.9 }] };
          recorder.stop();
        }""",
        report,
    )
    expect(page.locator("[data-part=rows] tr")).to_have_count(2)
    assert sent == []
    page.get_by_role("button", name="Send these bumps").click()
    page.get_by_text("All sent. Thank you.").wait_for()
    assert sorted(one["severity_g"] for one in sent) == [0.8, 0.9]
    assert all(len(one["reporter"]) == 32 for one in sent)
