"""`streets token`: a secret is shown once, and what it opens can be listed and closed."""

import json
from collections.abc import Callable

import httpx
import psycopg
import pytest
from browsing import served
from typer.testing import CliRunner, Result

from cli.main import app
from streets.settings import Settings


@pytest.fixture
def streets(settings: Settings) -> Callable[..., Result]:
    with psycopg.connect(settings.database_url) as conn:
        conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth'), ('hilltop', 'Hilltop')")
    surroundings = {
        "STREETS_DATABASE_URL": settings.database_url,
        "STREETS_MQTT_URL": settings.mqtt_url,
        "STREETS_SECRET_KEY": settings.secret_key,
        "STREETS_PUBLIC_URL": "https://streets.example",
    }
    return lambda *words: CliRunner().invoke(app, ["token", *words], env=surroundings)


def create(streets: Callable[..., Result], role: str, council: str = "rivermouth", *more: str) -> Result:
    return streets("create", "--role", role, "--council", council, "--subject", "van-1", *more)


def test_the_secret_is_alone_on_stdout_and_the_link_to_sign_in_is_for_the_person(streets: Callable[..., Result]) -> None:
    made = create(streets, "crew")
    secret = made.stdout.strip()
    assert (made.exit_code, len(secret)) == (0, 43)
    assert f"https://streets.example/sign-in?token={secret}" in made.stderr
    assert secret not in streets("list").stdout


@pytest.mark.parametrize("subject", ["", " ", "van\n1", "\udcff"])
def test_a_token_says_who_holds_it(streets: Callable[..., Result], subject: str) -> None:
    refused = create(streets, "crew", "rivermouth", "--subject", subject)
    assert refused.exit_code == 2
    assert json.loads(streets("list", "--json").stdout) == []


def test_the_operator_belongs_to_no_council_and_everybody_else_to_one(streets: Callable[..., Result]) -> None:
    operator = ("create", "--role", "operator", "--subject", "night desk")
    assert streets(*operator).exit_code == 0
    assert [streets(*operator, "--council", "rivermouth").exit_code, create(streets, "officer", "").exit_code] == [2, 1]
    assert streets("create", "--role", "officer", "--subject", "j.jones").exit_code == 2
    assert [(each["role"], each["council"]) for each in json.loads(streets("list", "--json").stdout)] == [("operator", "")]


def test_a_device_gets_no_link(streets: Callable[..., Result]) -> None:
    assert "sign-in" not in create(streets, "device").stderr


def test_a_token_made_here_opens_the_door_until_it_is_revoked_here(streets: Callable[..., Result], settings: Settings) -> None:
    bearer = {"Authorization": f"Bearer {create(streets, 'officer').stdout.strip()}"}
    (told,) = json.loads(streets("list", "--json").stdout)
    with served(settings) as site:
        # An officer's token is known here, and refused only for its role.
        before = httpx.post(f"{site}/v1/uplinks/tts", headers=bearer).status_code
        revoked = streets("revoke", told["token_id"])
        after = httpx.post(f"{site}/v1/uplinks/tts", headers=bearer).status_code
    assert (before, revoked.exit_code, after) == (403, 0, 401)


def test_one_councils_list_has_no_token_of_another(streets: Callable[..., Result]) -> None:
    create(streets, "crew")
    create(streets, "crew", "hilltop")
    assert [told["council"] for told in json.loads(streets("list", "--council", "hilltop", "--json").stdout)] == ["hilltop"]


@pytest.mark.parametrize(
    ("words", "exit_code", "reason"),
    [
        (("create", "--role", "king", "--council", "rivermouth", "--subject", "x"), 2, "crew, officer, device"),
        (("create", "--role", "crew", "--council", "nowhere", "--subject", "x"), 1, "there is no council 'nowhere'"),
        (("create", "--role", "crew", "--council", "rivermouth", "--subject", "x", "--days", "0"), 2, "--days"),
        (("revoke", "not-a-uuid"), 2, "UUID"),
        (("revoke", "00000000-0000-4000-8000-000000000000"), 1, "there is no token"),
    ],
)
def test_a_wrong_word_gets_a_reason(words: tuple[str, ...], exit_code: int, reason: str, streets: Callable[..., Result]) -> None:
    refused = streets(*words)
    assert (refused.exit_code, reason in " ".join(refused.stderr.split())) == (exit_code, True)
