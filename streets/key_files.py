"""TOML files that name servers and the keys to them, which stand there or in files of their own: never in the database.

What is wrong is told with the file's name, the entry and what to do, and never with a key.
"""

import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from streets.settings import SettingsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")

Entry = TypeVar("Entry")


def entries(
    variable: str, table: str, read: Callable[[dict[str, Any], Path], Entry], env: Mapping[str, str] | None = None
) -> tuple[Entry, ...]:
    """What `read` makes of each [[table]] of the file that the variable names, and of the file's folder; none where it is unset.

    Raises SettingsError.
    """
    named = (os.environ if env is None else env).get(variable, "").strip()
    if not named:
        return ()
    try:
        told = tomllib.loads(Path(named).read_text())
        tables = told.pop(table, [])
        if told or not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            raise ValueError(f"it may have [[{table}]] tables and nothing else")
        return tuple(read(each, Path(named).parent) for each in tables)
    except OSError as error:
        raise SettingsError(f"{variable}: {error}") from error
    except ValueError as error:
        raise SettingsError(f"{variable} {named}: {error}") from error


def known(told: Mapping[str, Any], fields: Collection[str], of: str) -> None:
    """Raises ValueError where an entry has other fields than these."""
    if set(told) - set(fields):
        raise ValueError(f"{of} may have {', '.join(sorted(fields))} and nothing else")


def text(told: Mapping[str, Any], member: str, of: str) -> str:
    """A text that is not empty. Raises ValueError."""
    found = told.get(member)
    if not isinstance(found, str) or not found:
        raise ValueError(f"{of} has no {member}")
    return found


def address(told: Mapping[str, Any], of: str) -> str:
    """The server's address; the key travels in the open without TLS, so that only this machine may be spoken to like that."""
    parts = urlsplit(text(told, "address", of))
    if parts.path.strip("/") or parts.query or parts.username or not parts.hostname:
        raise ValueError(f"{of}: address must be like https://eu1.cloud.thethings.network")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{of}: address must begin with https://")
    return f"{parts.scheme}://{parts.netloc}"


def key(told: Mapping[str, Any], of: str, folder: Path) -> str:
    """The key, or what is in the file that holds it. Raises ValueError and OSError."""
    if ("key" in told) == ("key_file" in told):
        raise ValueError(f"{of}: it needs either key or key_file")
    found = told["key"] if "key" in told else (folder / text(told, "key_file", of)).read_text()
    if not isinstance(found, str) or not re.fullmatch(r"[\x21-\x7e]+", found.strip()):
        raise ValueError(f"{of}: the key is not one")
    return found.strip()
