"""The accounts that councils have with clouds of counters, and the keys to them: a TOML file, never the database.

Every [[account]] has `council`, `name` (ours, for logs, figures and gaps), `cloud` (vivacity or telraam), `address`
(https://api.vivacitylabs.com, https://telraam-api.net), `key` or `key_file`, `posts` (countlines or segments; left out: all that
the cloud lists for the key, where it lists any) and `history_days`: how far back it is asked, at first and after an outage.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from streets.key_files import address, entries, key, known, text
from streets.settings import SettingsError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
POST = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
FIELDS = {"council", "name", "cloud", "address", "key", "key_file", "posts", "history_days"}
DAYS_AT_FIRST = 7
DAYS_AT_MOST = 366


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `key` is shown nowhere."""

    council: str
    name: str
    cloud: str
    address: str
    key: str = field(repr=False)
    posts: tuple[str, ...]
    history: timedelta


def accounts_of(env: Mapping[str, str] | None = None) -> tuple[Account, ...]:
    """The accounts in the file that STREETS_CLOUDS_FILE names; none where it is not set or the file is empty.

    Raises SettingsError, which names the file and what is wrong, and never a key.
    """
    accounts = entries("STREETS_CLOUDS_FILE", "account", _account, env)
    if len({each.name for each in accounts}) < len(accounts):
        raise SettingsError("STREETS_CLOUDS_FILE: an account's name stands twice")
    return accounts


def _account(told: dict[str, Any], folder: Path) -> Account:
    known(told, FIELDS, "an [[account]]")
    name = text(told, "name", "an [[account]]")
    if not NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is not a name of small letters, digits and hyphens")
    days = told.get("history_days", DAYS_AT_FIRST)
    if not isinstance(days, int) or not 1 <= days <= DAYS_AT_MOST:
        raise ValueError(f"{name}: history_days must be a whole number from 1 to {DAYS_AT_MOST}")
    return Account(
        council=text(told, "council", name),
        name=name,
        cloud=text(told, "cloud", name),
        address=address(told, name),
        key=key(told, name, folder),
        posts=_posts(told, name),
        history=timedelta(days=days),
    )


def _posts(told: Mapping[str, Any], of: str) -> tuple[str, ...]:
    posts = told.get("posts", [])
    if not isinstance(posts, list) or not all(isinstance(each, str) and POST.fullmatch(each) for each in posts):
        raise ValueError(f'{of}: posts must be a list such as ["54315", "54316"]')
    return tuple(dict.fromkeys(posts))
