"""Signing in by a link, and what another site cannot do with a session."""

import hashlib
import hmac
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from callers import Served

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def phone(api: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=api.url) as client:
        yield client


def open_link(phone: httpx.Client, secret: str) -> httpx.Response:
    return phone.get("/sign-in", params={"token": secret})


def test_a_link_is_moved_out_of_the_address_and_used_only_by_the_button(api: Served, phone: httpx.Client) -> None:
    moved = open_link(phone, api.secrets["crew"])
    assert (moved.status_code, moved.headers["Location"]) == (303, "/sign-in")
    assert moved.headers["Referrer-Policy"] == "no-referrer"
    assert "HttpOnly" in moved.headers["Set-Cookie"]
    page = phone.get("/sign-in")
    assert api.secrets["crew"] not in page.text
    assert "streets_session" not in phone.cookies
    signed_in = phone.post("/sign-in", headers=SAME_SITE)
    assert (signed_in.status_code, signed_in.headers["Location"]) == (303, "/crew")
    assert api.secrets["crew"] not in phone.cookies["streets_session"]


def test_a_link_in_welsh_leads_to_the_welsh_page(api: Served, phone: httpx.Client) -> None:
    assert phone.get("/cy/sign-in", params={"token": api.secrets["crew"]}).headers["Location"] == "/cy/sign-in"
    assert phone.post("/cy/sign-in", headers=SAME_SITE).headers["Location"] == "/cy/crew"


@pytest.mark.parametrize("secret", ["wrong", "", "é", "\N{PILE OF POO}", "a\r\nSet-Cookie: b=c"])
def test_a_link_that_does_not_hold_gets_a_word_of_what_to_do(secret: str, phone: httpx.Client) -> None:
    open_link(phone, secret)
    refused = phone.post("/sign-in", headers=SAME_SITE)
    assert refused.status_code == 403
    assert "Ask your office for a new one" in refused.text


def test_a_device_cannot_sign_in(api: Served, phone: httpx.Client) -> None:
    open_link(phone, api.secrets["device"])
    assert phone.post("/sign-in", headers=SAME_SITE).status_code == 403


def signed_in(api: Served, phone: httpx.Client, who: str) -> None:
    open_link(phone, api.secrets[who])
    phone.post("/sign-in", headers=SAME_SITE)


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://other.example"}, {}]
)
def test_another_site_can_change_nothing_with_a_session(headers: dict[str, str], api: Served, phone: httpx.Client) -> None:
    signed_in(api, phone, "crew")
    assert phone.post("/sign-out", headers=headers).status_code == 403


def test_an_older_browser_that_tells_only_its_origin_may_post(api: Served, phone: httpx.Client) -> None:
    signed_in(api, phone, "crew")
    assert phone.post("/sign-out", headers={"Origin": api.url}).status_code == 303
    assert "streets_session" not in phone.cookies


def is_signed_in(api: Served, session: str) -> bool:
    """A crew's session is known to a route for machines, which then refuses its role; what is no session is not."""
    headers = {"Cookie": f"streets_session={session}".encode(), **SAME_SITE}
    status = httpx.post(f"{api.url}/v1/uplinks/tts", headers=headers).status_code
    assert status in (401, 403)
    return status == 403


def test_a_session_that_we_did_not_sign_is_none(api: Served, phone: httpx.Client) -> None:
    signed_in(api, phone, "crew")
    ours = phone.cookies["streets_session"]
    token_id, until, nonce, signature = ours.split(".")
    forged = [
        f"{token_id}.{int(until) + 1}.{nonce}.{signature}",
        f"{token_id}.{until}.{nonce}x.{signature}",
        f"{token_id}.{until}.{nonce}.{signature[::-1]}",
        f"{token_id}.{until}.{nonce}.",
        "x.y.z",
        "é",
        "",
        api.secrets["crew"],
    ]
    assert is_signed_in(api, ours)
    assert [each for each in forged if is_signed_in(api, each)] == []


def test_a_session_ends_when_its_token_is_revoked(api: Served, phone: httpx.Client) -> None:
    signed_in(api, phone, "officer")
    session = phone.cookies["streets_session"]
    before = is_signed_in(api, session)
    with psycopg.connect(api.database_url) as conn:
        conn.execute("UPDATE token SET revoked_at = created_at WHERE subject = 'j.jones'")
    after = is_signed_in(api, session)
    with psycopg.connect(api.database_url) as conn:
        conn.execute("UPDATE token SET revoked_at = NULL")
    assert (before, after) == (True, False)


def test_who_signs_out_ends_the_session_for_every_copy_of_its_cookie_and_no_other_session(
    api: Served, phone: httpx.Client
) -> None:
    signed_in(api, phone, "crew")
    copied = phone.cookies["streets_session"]
    with httpx.Client(base_url=api.url) as second_phone:
        signed_in(api, second_phone, "crew")
        before = is_signed_in(api, copied)
        assert phone.post("/sign-out", headers=SAME_SITE).status_code == 303
        assert (before, is_signed_in(api, copied)) == (True, False)
        assert is_signed_in(api, second_phone.cookies["streets_session"])
    signed_in(api, phone, "crew")
    assert is_signed_in(api, phone.cookies["streets_session"]), "the link still works"


@pytest.mark.parametrize("cookie", ["", "x.y.z", "forged.1999999999.n.00"])
def test_who_has_no_session_may_sign_out_too(cookie: str, api: Served) -> None:
    answer = httpx.post(f"{api.url}/sign-out", headers={"Cookie": f"streets_session={cookie}", **SAME_SITE})
    assert answer.status_code == 303
    with psycopg.connect(api.database_url) as conn:
        assert conn.execute("SELECT count(*) FROM ended_session WHERE ends_at > now() + interval '31 days'").fetchone() == (0,)


def test_a_session_of_before_sessions_had_names_of_their_own_goes_on_until_somebody_signs_out_of_it(
    api: Served, phone: httpx.Client
) -> None:
    """So was it signed until then: the token and the end, and nothing that tells two sessions apart."""
    signed_in(api, phone, "crew")
    token_id, until, *_ = phone.cookies["streets_session"].split(".")
    reference = f"{token_id}.{until}"
    signature = hmac.new(api.app.state.settings.secret_key.encode(), f"session:{reference}".encode(), hashlib.sha256).hexdigest()
    old = f"{reference}.{signature}"
    assert is_signed_in(api, old)
    headers = {"Cookie": f"streets_session={old}", **SAME_SITE}
    assert httpx.post(f"{api.url}/sign-out", headers=headers).status_code == 303
    assert (is_signed_in(api, old), is_signed_in(api, phone.cookies["streets_session"])) == (False, True)
