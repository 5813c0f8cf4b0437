"""The embedded PostgreSQL keeps its data, forgives a hard end, and says in one line what is wrong."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cli.embedded.child import EmbeddedError
from cli.embedded.postgres import EmbeddedPostgres
from tests.conftest import server_folder


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with server_folder(tmp_path_factory) as made:
        yield made


def test_data_outlive_a_killed_server_whose_lock_now_names_a_stranger(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    with psycopg.connect(server.start()) as conn:
        conn.execute("CREATE TABLE kept (word text)")
        conn.execute("INSERT INTO kept VALUES ('ŵyl')")
    assert server.process_id is not None
    os.kill(server.process_id, signal.SIGKILL)
    while not server.failed():
        time.sleep(0.01)
    lock = folder / "data" / "postmaster.pid"
    lock.write_text(lock.read_text().replace(str(server.process_id), str(os.getpid()), 1))
    again = EmbeddedPostgres(folder)
    try:
        with psycopg.connect(again.start()) as conn:
            assert conn.execute("SELECT upper(word), current_setting('timezone') FROM kept").fetchone() == ("ŴYL", "UTC")
    finally:
        again.stop()
    assert not lock.exists()


def test_nobody_gets_in_without_the_password(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url(password="guessed"))
    assert (postgres.folder / "password").stat().st_mode & 0o777 == 0o600
    assert (postgres.folder / "postgres.log").stat().st_mode & 0o777 == 0o600


def test_a_second_server_in_the_same_folder_is_refused(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(EmbeddedError, match=r"another PostgreSQL \(process \d+\) is running in "):
        EmbeddedPostgres(postgres.folder).start()


def test_a_busy_port_is_told(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EmbeddedError, match="PostgreSQL cannot use port"):
            EmbeddedPostgres(folder, port=taken.getsockname()[1]).start()


def test_a_folder_that_may_not_be_written_is_told() -> None:
    with pytest.raises(EmbeddedError, match="cannot write to /proc/streets"):
        EmbeddedPostgres(Path("/proc/streets")).start()
