"""An officer sees what of their own council's messages was refused and why, and has it tried again."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from browsing import overflow_px
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from api.reject_words import WORDS
from cli.database import opened
from cli.embedded.broker import EmbeddedBroker
from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.refused.requested import answer_next, answer_requests
from ingest.registry import Registry
from streets import clock
from streets.store.database import Database
from tests.ingest.arrivals import BIN_EUI, NOON, bump, count, level, settle
from tests.office import Office, opened_office
from tests.structure.test_rules import ROOT

STRANGER = "24e124713d000002"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
HOSTILE = b"<script>alert(1)</script> \xe2\x80\xae"


@dataclass(frozen=True)
class OfficeThatRefused(Office):
    """Two councils whose messages were refused, and their officers."""

    ingest: Database

    def reject_key(self, reason: str) -> str:
        with self.database.transaction() as conn:
            found = conn.execute("SELECT reject_key FROM reject WHERE reason = %s ORDER BY first_seen", (reason,)).fetchone()
        assert found is not None
        return str(found[0])

    def do_requests(self) -> int:
        """What the ingest process does meanwhile."""
        done = 0
        with self.ingest.transaction() as conn:
            while answer_next(conn, clock.now()):
                done += 1
        return done


@pytest.fixture
def office(databases: Any, broker: EmbeddedBroker) -> Iterator[OfficeThatRefused]:
    with opened_office(databases, broker) as made, opened(made.url, "streets_ingest", size=2) as ingest:
        settle(made.database)
        with made.database.transaction() as conn:
            conn.execute("INSERT INTO council VALUES ('hilltop', 'Hilltop')")
        refused = [
            replace(count(), body=HOSTILE),
            replace(level(port=9), body=level(port=9).body + b" "),
            Message("streets/v1/hilltop/gate-9/up", b"\x00\xff", NOON),
            replace(bump(), body=b'{"lat": 54.97}'),
            *(level(device=STRANGER, f_cnt=n, at=NOON + timedelta(hours=n)) for n in range(3)),
        ]
        assert keep_messages(ingest, Registry(), refused).rejected == len(refused)
        yield OfficeThatRefused(made.site, made.url, made.database, ingest)


@pytest.fixture
def page(office: OfficeThatRefused, browser: Browser) -> Iterator[Page]:
    with office.signed_in(browser, java_script_enabled=False) as page:
        yield page


def test_an_officer_mends_the_cause_and_has_the_messages_tried_again(office: OfficeThatRefused, page: Page) -> None:
    main = page.locator("main")
    expect(page).to_have_url(f"{office.site}/officer")
    page.click("text=Messages that were refused")
    page.click("text=The device used a port that the decoder of its model does not know.")
    expect(main).to_contain_text("have its decoder mended")
    page.click(f"main tbody th a >> text={BIN_EUI}")
    expect(page).to_have_url(re.compile(f"speaker={BIN_EUI}"))
    page.click("main tbody th a")
    expect(page).to_have_url(re.compile("/officer/rejects/"))
    page.wait_for_load_state()
    expect(main).not_to_contain_text("unknown_port")
    page.click("main button")
    expect(main).to_contain_text("Being tried")
    with office.database.transaction() as conn:
        conn.execute("UPDATE device SET model = 'em400-udl' WHERE device = %s", (BIN_EUI,))
    assert office.do_requests() == 1
    page.reload()
    expect(main).to_contain_text("0 of 1 kept")
    expect(page.locator("[role=status]")).to_have_text(re.compile("^It was tried again at"), use_inner_text=True)


def test_all_of_a_reason_and_device_are_tried_and_the_outcome_is_shown(office: OfficeThatRefused) -> None:
    with office.database.transaction() as conn:
        conn.execute("DELETE FROM council WHERE council = 'hilltop'")
        conn.execute("UPDATE device SET device = %s WHERE device = %s", (STRANGER, BIN_EUI))
    officer = office.caller("rivermouth")
    asked = {"reason": "unknown_device", "speaker": STRANGER}
    for _ in range(2):
        answer = officer.post("/officer/rejects/replays", data=asked)
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            f"/officer/rejects?reason=unknown_device&speaker={STRANGER}",
        )
    assert office.do_requests() == 1, "what waits already is not asked for twice"
    told = officer.get("/officer/rejects", params={"reason": "unknown_device"}).text
    assert "3 of 3 kept" in told
    assert "None of these is waiting any more." in told
    with office.database.transaction() as conn:
        assert conn.execute("SELECT count(*) FROM level_reading").fetchone() == (3,)
        assert conn.execute("SELECT asked_by FROM replay_request").fetchall() == [("j.jones",)]


def test_the_ingest_process_does_by_itself_what_is_asked_for(office: OfficeThatRefused) -> None:
    stop = Event()
    process = Thread(target=answer_requests, args=(office.ingest, clock.now, stop))
    process.start()
    try:
        officer = office.caller("rivermouth")
        key = office.reject_key("unknown_port")
        officer.post("/officer/rejects/replays", data={"reject_key": key})
        until = time.monotonic() + 60
        while "0 of 1 kept" not in officer.get(f"/officer/rejects/{key}").text:
            assert time.monotonic() < until, "nobody tried it again"
            time.sleep(0.1)
    finally:
        stop.set()
        process.join()


def test_an_officer_sees_and_tries_only_their_own_councils_rejects(office: OfficeThatRefused) -> None:
    rivermouth, hilltop = office.caller("rivermouth"), office.caller("hilltop")
    assert "A message names" not in rivermouth.get("/officer/rejects").text
    of_port, of_json = office.reject_key("unknown_port"), office.reject_key("bad_json")
    nobodys = office.reject_key("unknown_device")
    assert rivermouth.get(f"/officer/rejects/{of_port}").status_code == 200
    assert hilltop.get(f"/officer/rejects/{of_port}").status_code == 404
    assert hilltop.post("/officer/rejects/replays", data={"reject_key": of_port}).status_code == 404
    # With two councils nobody can tell whose an unregistered LoRaWAN device is: it is for the operator.
    assert [council.get(f"/officer/rejects/{nobodys}").status_code for council in (rivermouth, hilltop)] == [404, 404]
    assert {council.get(f"/officer/rejects/{of_json}").status_code for council in (rivermouth, hilltop)} == {200, 404}
    assert "unknown_port" not in hilltop.get("/officer/rejects").text
    assert hilltop.post("/officer/rejects/replays", data={"reason": "unknown_port"}).status_code == 303
    office.do_requests()
    with office.database.transaction() as conn:
        assert conn.execute("SELECT tried FROM replay_request").fetchall() == [(0,)]
        assert conn.execute("SELECT count(*) FROM reject WHERE replayed_at IS NOT NULL").fetchone() == (0,)


def test_the_operator_sees_and_tries_what_is_nobodys_until_a_council_registers_the_device(office: OfficeThatRefused) -> None:
    rivermouth, hilltop = office.caller("rivermouth"), office.caller("hilltop")
    operator = office.caller("", "operator")
    keep_messages(office.ingest, Registry(), [Message("streets/v1/rivermuoth/gate-1/up", b"{", NOON)])
    with office.database.transaction() as conn:
        mistyped = conn.execute("SELECT reject_key FROM reject WHERE council = 'rivermuoth'").fetchone()[0]
        of = dict(
            conn.execute("SELECT council_of_reject(council, device), min(reject_key::text) FROM reject GROUP BY 1").fetchall()
        )
    assert {key: operator.get(f"/officer/rejects/{key}").status_code for key in of.values()} == {
        of["rivermouth"]: 404,
        of["hilltop"]: 404,
        of[""]: 200,
    }
    # So is what names a council that is not served.
    asked = [each.get(f"/officer/rejects/{mistyped}").status_code for each in (operator, rivermouth, hilltop)]
    assert asked == [200, 404, 404]
    seen = operator.get("/officer/rejects", params={"reason": "unknown_device"}).text
    assert STRANGER in seen
    assert "Register this device" not in seen
    strange = {"reason": "unknown_device", "speaker": STRANGER}
    assert operator.post("/officer/rejects/replays", data=strange).status_code == 303
    # Before ingest comes to it, hilltop registers the device: now it is no more the operator's to try.
    with office.database.transaction() as conn:
        conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'hilltop', 'em310-udl')", (STRANGER,))
    assert office.do_requests() == 1
    of_stranger = f"/officer/rejects/{office.reject_key('unknown_device')}"
    asked = [each.get(of_stranger).status_code for each in (operator, rivermouth, hilltop)]
    assert asked == [404, 404, 200]
    for council, tried in ((operator, 0), (rivermouth, 0), (hilltop, 3)):
        council.post("/officer/rejects/replays", data=strange)
        office.do_requests()
        with office.database.transaction() as conn:
            assert conn.execute("SELECT sum(tried) FROM replay_request").fetchone() == (tried,)
    assert "0 of 3 kept" not in operator.get("/officer/rejects").text
    for private in ("/officer", "/officer/devices", "/officer/health", "/crew", "/v1/ledger/refused"):
        assert operator.get(private).status_code == 403


def test_what_was_sent_is_shown_as_text_or_digits_and_can_do_nothing_on_the_page(office: OfficeThatRefused) -> None:
    with office.database.transaction() as conn:
        keys = dict(conn.execute("SELECT source, reject_key FROM reject WHERE council = 'rivermouth'"))
    pages = {source: office.caller("rivermouth").get(f"/officer/rejects/{key}").text for source, key in keys.items()}
    assert "<script>" not in pages["direct"]
    assert "3c73 6372" in pages["direct"], "it turns the direction of reading, so it is not shown as text"
    assert "What a phone sent is not shown" in pages["phone"]
    assert not {"phone-a", "54.97"} & set(re.findall(r"[\w.-]+", pages["phone"]))


def test_a_reason_that_there_never_was_is_not_found(office: OfficeThatRefused) -> None:
    assert office.caller("rivermouth").get("/officer/rejects", params={"reason": "<b>none</b>"}).status_code == 404


def test_a_form_of_another_site_has_nothing_tried(office: OfficeThatRefused, page: Page) -> None:
    (session,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "streets_session"]
    cookies = {"streets_session": session["value"]}
    asked = {"reason": "bad_json"}
    other = httpx.post(
        f"{office.site}/officer/rejects/replays", data=asked, cookies=cookies, headers={"Sec-Fetch-Site": "cross-site"}
    )
    own = httpx.post(f"{office.site}/officer/rejects/replays", data=asked, cookies=cookies, headers=SAME_SITE)
    assert (other.status_code, own.status_code) == (403, 303)


def test_a_form_with_a_character_that_no_name_has_is_refused(office: OfficeThatRefused) -> None:
    officer = office.caller("rivermouth")
    asked = ({"reason": "bad\0json"}, {"reason": "bad_json", "speaker": "\0"})
    assert [officer.post("/officer/rejects/replays", data=each).status_code for each in asked] == [422, 422]


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_officers_pages_are_accessible_fit_a_phone_and_print(
    prefix: str, office: OfficeThatRefused, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    key = office.reject_key("unknown_port")
    addresses = ("", "/rejects", "/rejects?reason=bad_json", f"/rejects?reason=unknown_port&speaker={BIN_EUI}", f"/rejects/{key}")
    with office.signed_in(browser) as page:
        for width_px in (320, 1280):
            page.set_viewport_size({"width": width_px, "height": 800})
            for address in addresses:
                answer = page.goto(f"{office.site}{prefix}/officer{address}")
                assert answer is not None and answer.status == 200
                assert axe(page) == []
                assert overflow_px(page) == 0, address
        page.emulate_media(media="print")
        expect(page.locator("main button:visible")).to_have_count(0)
    with office.signed_in(browser, role="operator") as page:
        expect(page).to_have_url(f"{office.site}/officer/rejects")
        for address in ("", "?reason=unknown_device"):
            page.goto(f"{office.site}{prefix}/officer/rejects{address}")
            assert axe(page) == []
            page.set_viewport_size({"width": 320, "height": 800})
            assert overflow_px(page) == 0
        page.goto(f"{office.site}/officer/rejects")
        page.click("text=Sign out")
        expect(page).to_have_url(f"{office.site}/")
        assert page.goto(f"{office.site}/officer/rejects").status == 401


def test_every_reason_for_refusing_has_words() -> None:
    code = "".join(path.read_text() for path in (ROOT / "ingest").rglob("*.py"))
    reasons = set(re.findall(r"(?:Reject|EnvelopeError|Problem)\(\s*\"(\w+)\"", code))
    assert reasons - WORDS.keys() == set()
    assert len(reasons) > 15
