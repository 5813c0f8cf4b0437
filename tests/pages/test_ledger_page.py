"""The page of the ledger: what balances, what does not, what is missing, and whose names are nobody's business."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, expect

from cli.embedded.broker import EmbeddedBroker
from streets.store import gaps
from tests.office import Office, opened_office

DAY = date(2026, 11, 2)


def fill(conn: psycopg.Connection[Any]) -> None:
    conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth'), ('hilltop', 'Hilltop')")
    conn.execute(
        "INSERT INTO device (device, council, model) SELECT lpad(to_hex(n), 16, '0'),"
        " CASE WHEN n % 2 = 0 THEN 'rivermouth' ELSE 'hilltop' END, 'vs133' FROM generate_series(1, 300) AS n"
    )
    conn.execute("INSERT INTO ledger SELECT %s, 'tts', device, 24, 22, 1, 1 FROM device", (DAY,))
    conn.execute("INSERT INTO ledger_reason SELECT %s, 'tts', device, 'unknown_port', 1 FROM device", (DAY,))
    conn.execute("UPDATE ledger SET stored = 21 WHERE device LIKE '%%07'")
    for hour in (9, 11):
        found_at = datetime(2026, 11, 2, hour, 5, tzinfo=UTC)
        gaps.add_outage(conn, "rivermouth", "bins@council", found_at - timedelta(minutes=9), found_at)


@pytest.fixture(scope="module")
def busy(databases: Any, broker: EmbeddedBroker) -> Iterator[Office]:
    """The pages of 300 devices of two councils, one of whose lines was altered by hand."""
    with opened_office(databases, broker) as office:
        with office.database.transaction() as conn:
            fill(conn)
        yield office


def test_the_page_says_in_words_what_came_what_is_missing_and_why_messages_were_refused(town: str) -> None:
    page = httpx.get(f"{town}/ledger").text
    assert "Everything that came is accounted for." in page
    assert "Messages received: 27. Stored: 22. Had come before: 1. Refused, with a reason: 4." in page
    assert "sent 25 messages on this day. Missing: 2, that is 8%" in page
    assert "The device used a port that the decoder of its model does not know." in page
    assert "24e124000000c001" in page
    assert "a-stranger" not in page
    assert "a-stranger" not in httpx.get(f"{town}/v1/ledger").text + httpx.get(f"{town}/v1/ledger.csv").text


def test_of_a_day_of_which_nothing_is_known_nothing_is_said_to_be_zero(town: str) -> None:
    for day in ("2020-02-02", "0001-01-01", "9999-12-31"):
        answer = httpx.get(f"{town}/ledger", params={"day": day})
        assert answer.status_code == 200
        assert "Nothing came on this day, and nothing tells whether anything was sent." in answer.text
    for wrong in ("tomorrow", "2026-02-30"):
        assert httpx.get(f"{town}/ledger", params={"day": wrong}).status_code == 422


def test_a_day_is_chosen_without_javascript_and_many_devices_are_told_page_by_page(busy: Office, browser: Browser) -> None:
    without_javascript = browser.new_context(java_script_enabled=False)
    page = without_javascript.new_page()
    page.goto(f"{busy.site}/cy/ledger?day={DAY + timedelta(days=1)}")
    page.get_by_role("link", name="Y diwrnod cynt").click()
    expect(page).to_have_url(f"{busy.site}/cy/ledger?day={DAY}")
    page.goto(f"{busy.site}/ledger")
    page.get_by_label("Day", exact=True).fill(DAY.isoformat())
    page.get_by_role("button", name="Show this day").click()
    expect(page.get_by_text("Page 1 of 6")).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(f"{busy.site}/ledger?day={DAY}&page=2")
    expect(page.get_by_role("row").filter(has_text="The Things Stack")).to_have_count(1 + 1 + 50)
    assert len(httpx.get(page.url).content) < 50_000
    without_javascript.close()


def test_the_page_of_today_says_how_many_gaps_are_open_and_since_when(busy: Office, town: str) -> None:
    today = httpx.get(f"{busy.site}/ledger").text
    assert "2 stretches with missing messages are open: they may still come from the memory of a network." in today
    assert "The oldest was noticed at 9:05am on Monday 2 November." in today
    for without in (httpx.get(f"{busy.site}/ledger", params={"day": DAY.isoformat()}).text, httpx.get(f"{town}/ledger").text):
        assert "they may still come" not in without


def test_what_does_not_balance_is_named(busy: Office) -> None:
    page = httpx.get(f"{busy.site}/ledger", params={"day": DAY.isoformat()}).text
    assert "The ledger does not balance." in page
    assert "The Things Stack 0000000000000007, " in " ".join(page.split())
    assert "Everything that came is accounted for." not in page
    assert httpx.get(f"{busy.site}/v1/ledger", params={"day": DAY.isoformat()}).json()["balances"] is False


def test_why_single_devices_were_refused_is_for_the_officers_of_their_council(busy: Office) -> None:
    asked = {"params": {"day": DAY.isoformat()}}
    assert httpx.get(f"{busy.site}/v1/ledger/refused", **asked).status_code == 401
    told = busy.caller().get("/v1/ledger/refused", **asked).json()["refused"]
    assert len(told) == 150
    assert {int(each["device"], 16) % 2 for each in told} == {0}
    assert told[0] == {
        "day": DAY.isoformat(),
        "source": "tts",
        "device": f"{2:016x}",
        "reason": "unknown_port",
        "rejected": 1,
    }
