"""A disk that can be full: a small one for whoever may mount it, else a limit on what the server's processes may write."""

import os
import pwd
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

SIZE_MB = 512
# Less than a segment of PostgreSQL's log: from then on it can write nothing more.
LIMIT_BYTES = 1_000_000


class Disk(Protocol):
    """What PostgreSQL writes to. `complaint` is what PostgreSQL says when it is full."""

    complaint: str
    full: bool

    def fill(self) -> None:
        """Let nothing more be written."""

    def clear(self) -> None:
        """Let it be written again."""

    def close(self) -> None:
        """Leave nothing behind."""


class SmallDisk:
    """A small file system in memory, mounted at a folder. Full, it is as full as any: ENOSPC."""

    complaint = "No space left on device"

    def __init__(self, folder: Path) -> None:
        """Mount it. Raises CalledProcessError where that is not allowed."""
        self.full = False
        self._folder = folder
        self._ballast = folder / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=711", "trial", str(folder)]
        subprocess.run(command, check=True, capture_output=True)

    def fill(self) -> None:
        """Take every byte that is left."""
        self.full = True
        with self._ballast.open("wb", buffering=0) as file:
            for piece in (bytes(1024 * 1024), bytes(4096)):
                with suppress(OSError):
                    while file.write(piece):
                        pass

    def clear(self) -> None:
        """Give it back."""
        self._ballast.unlink()
        self.full = False

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "--lazy", self._folder], check=True)


class WriteLimit:
    """No disk of its own: a limit (RLIMIT_FSIZE) on a server's processes, which it hands on to those it starts."""

    complaint = "File too large"

    def __init__(self, server: Callable[[], int | None]) -> None:
        """Limit nothing yet; `server` tells the process id of the server."""
        self.full = False
        self._server = server

    def fill(self) -> None:
        """Set the limit."""
        self.full = True
        self._limit(str(LIMIT_BYTES))

    def clear(self) -> None:
        """Lift it; who died of it is started without."""
        self.full = False
        self._limit("unlimited")

    def close(self) -> None:
        """Nothing is left."""

    def _limit(self, size: str) -> None:
        server = self._server()
        if server is None or not Path(f"/proc/{server}/task").exists():
            return
        # Only the server's own user may, where root has no right over the resources of others.
        owner = pwd.getpwuid(Path(f"/proc/{server}").stat().st_uid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        for process in (server, *children(server)):
            subprocess.run(["prlimit", f"--pid={process}", f"--fsize={size}:"], check=False, capture_output=True, **user)  # type: ignore[call-overload]


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def may_mount() -> bool:
    """Whether this user may mount a file system."""
    if os.geteuid() != 0:
        return False
    folder = Path(mkdtemp())
    try:
        SmallDisk(folder).close()
    except subprocess.CalledProcessError:
        return False
    finally:
        folder.rmdir()
    return True
