"""Settings are one frozen value, read once from the environment and refused if unsafe.

Every variable is listed in .env.example and documented in docs/settings.md.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MAKE_ONE = "make one with `openssl rand -hex 32`"


class SettingsError(ValueError):
    """A setting is missing or unsafe; the message names the variable and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process needs to know about its surroundings."""

    database_url: str
    mqtt_url: str
    public_url: str
    secret_key: str
    council_name: str
    raw_retention_days: int
    bump_retention_days: int
    reject_budget_bytes: int
    bump_limit_per_minute: int
    trusted_proxies: str
    osrm_url: str | None


def _required(env: Mapping[str, str], name: str, why: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set: {why}")
    return value


def _url(env: Mapping[str, str], name: str, why: str, schemes: tuple[str, ...]) -> str:
    value = _required(env, name, why)
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise SettingsError(f"{name} must begin with one of {', '.join(s + '://' for s in schemes)}")
    try:
        _ = urlsplit(value).port
    except ValueError as error:
        raise SettingsError(f"{name} is not a URL: {error}") from error
    return value


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    words = env.get(name, str(default)).strip()
    if not words.isdecimal() or not least <= int(words) <= most:
        raise SettingsError(f"{name} must be a whole number from {least} to {most}, not {words!r}")
    return int(words)


def database_url_of(env: Mapping[str, str] | None = None) -> str:
    """The database's URL alone, for commands that need nothing else. Raises SettingsError."""
    env = os.environ if env is None else env
    return _url(env, "STREETS_DATABASE_URL", "the PostgreSQL to use", ("postgresql", "postgres"))


def mqtt_url_of(env: Mapping[str, str] | None = None) -> str:
    """The broker's URL alone, for commands that need nothing else. Raises SettingsError."""
    env = os.environ if env is None else env
    return _url(env, "STREETS_MQTT_URL", "the MQTT broker to use", ("mqtt", "mqtts"))


def secrets_of(env: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The secret that each variable of `names` holds, by the same keys. Raises SettingsError."""
    return {name: _required(env, variable, MAKE_ONE) for name, variable in names.items()}


def log_form_of(env: Mapping[str, str] | None = None) -> str | None:
    """How the log is written: json or words; None: as suits where it goes. Raises SettingsError."""
    form = (os.environ if env is None else env).get("STREETS_LOG") or None
    if form not in (None, "json", "words"):
        raise SettingsError(f"STREETS_LOG must be json or words, not {form!r}")
    return form


def raw_retention_days_of(env: Mapping[str, str] | None = None) -> int:
    """For how many days raw messages are kept. Raises SettingsError."""
    return _whole(os.environ if env is None else env, "STREETS_RAW_RETENTION_DAYS", 35, 1, 3650)


def bump_retention_days_of(env: Mapping[str, str] | None = None) -> int:
    """For how many days what phones told is kept. Raises SettingsError."""
    return _whole(os.environ if env is None else env, "STREETS_BUMP_RETENTION_DAYS", 90, 1, 365)


def reject_budget_bytes_of(env: Mapping[str, str] | None = None) -> int:
    """How many bytes all rejects together may take. Raises SettingsError."""
    return 1_000_000 * _whole(os.environ if env is None else env, "STREETS_REJECTS_MB", 1_000, 4, 1_000_000)


def osrm_url_of(env: Mapping[str, str] | None = None) -> str | None:
    """The OSRM server that knows the streets, or None: our own engine. Raises SettingsError."""
    env = os.environ if env is None else env
    if not env.get("STREETS_OSRM_URL", "").strip():
        return None
    url = _url(env, "STREETS_OSRM_URL", "the OSRM server to use", ("http", "https"))
    if "@" in url:
        raise SettingsError("STREETS_OSRM_URL must hold no user or password: it is told in messages and logs")
    return url.rstrip("/")


def public_url_of(env: Mapping[str, str] | None = None) -> str:
    """The address at which the pages are reached, without a slash at its end."""
    return (os.environ if env is None else env).get("STREETS_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")


def settings_of(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `env` (the process's environment by default). Raises SettingsError."""
    env = os.environ if env is None else env
    secret = _required(env, "STREETS_SECRET_KEY", MAKE_ONE)
    if len(secret) < 32:
        raise SettingsError(f"STREETS_SECRET_KEY must have at least 32 characters: {MAKE_ONE}")
    return Settings(
        database_url=database_url_of(env),
        mqtt_url=mqtt_url_of(env),
        public_url=public_url_of(env),
        secret_key=secret,
        council_name=env.get("STREETS_COUNCIL_NAME", "Smart Streets"),
        raw_retention_days=raw_retention_days_of(env),
        bump_retention_days=bump_retention_days_of(env),
        reject_budget_bytes=reject_budget_bytes_of(env),
        bump_limit_per_minute=_whole(env, "STREETS_BUMP_LIMIT_PER_MINUTE", 30, 1, 10_000),
        trusted_proxies=env.get("STREETS_TRUSTED_PROXIES", "127.0.0.1"),
        osrm_url=osrm_url_of(env),
    )
