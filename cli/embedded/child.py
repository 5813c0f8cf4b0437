"""Child processes that cannot outlive us, on free ports, and what went wrong with them in one line."""

import errno
import os
import pwd
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

LOOPBACK = "127.0.0.1"
COMPLAINTS = ("FATAL", "CRITICAL", "ERR", "nats-server:")
NEVER_LENT = range(20_000, 32_000)
TETHER = Path(__file__).parent / "tether.py"


class EmbeddedError(RuntimeError):
    """A server cannot be started; the message is one line that says why and what to do."""


def claim_port(port: int, what: str) -> int:
    """`port` if nothing listens there, a free one where it is 0. Raises EmbeddedError where it is taken.

    A free one lies below those that the system lends to outgoing connections, one of which could take it before we listen.
    """
    if port == 0:
        return next(candidate for candidate in random.sample(NEVER_LENT, len(NEVER_LENT)) if _why_taken(candidate) is None)
    if why := _why_taken(port):
        raise EmbeddedError(f"{what} cannot use port {port}: {why}; choose another, or 0 for a free one")
    return port


def _why_taken(port: int) -> str | None:
    """Why nobody can listen on the port now; None: it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            return error.strerror
    return None


def own_folder(folder: Path) -> Path:
    """Make `folder`, for us only. Raises EmbeddedError where we may not write."""
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        probe = folder / f".{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise EmbeddedError(f"cannot write to {folder}: {error.strerror}; choose a folder of your own") from error
    return folder


def secret_in(path: Path) -> str:
    """The secret kept in `path`, made at random the first time and readable by its owner only."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(24))
    return path.read_text()


def spawn(
    command: Sequence[str | Path],
    log: Path,
    last_signal: signal.Signals,
    user: pwd.struct_passwd | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` as `user`, its words in `log`, which begins anew and is for us only.

    When the calling thread dies, by whatever cause, the kernel sends the child `last_signal` (Linux).
    """
    tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(last_signal))]
    tether += [str(user.pw_uid), str(user.pw_gid)] if user else ["-", "-"]
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as words:
        return subprocess.Popen(  # noqa: S603 - our own commands
            [*tether, *map(str, command)], stdin=subprocess.DEVNULL, stdout=words, stderr=words, start_new_session=True, env=env
        )


def wait_until(ready: Callable[[], bool], child: subprocess.Popen[bytes], what: str, log: Path, within_s: float = 30) -> None:
    """Return once `ready()` is true. Raises EmbeddedError where the child dies first or takes too long."""
    deadline = time.monotonic() + within_s
    while not ready():
        if child.poll() is not None:
            raise EmbeddedError(f"{what} did not start: {last_words(log)} (all of it: {log})")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{what} was not ready after {within_s:.0f} s: {last_words(log)} (all of it: {log})")
        time.sleep(0.02)


def last_words(log: Path) -> str:
    """The last line of a log that complains, or else its last line."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()[-200:] if line.strip()]
    complaints = [line for line in lines if any(word in line for word in COMPLAINTS)]
    return (complaints or lines or ["it said nothing"])[-1]


def stop(child: subprocess.Popen[bytes], by: signal.Signals, within_s: float) -> None:
    """End `child` by the signal `by`, and by SIGKILL if it has not ended in time."""
    if child.poll() is None:
        child.send_signal(by)
        try:
            child.wait(within_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
