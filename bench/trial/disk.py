"""A disk that can be full."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp


class Disk:
    """A small file system in memory, for whoever is root. Full, it is as full as any: ENOSPC."""

    SIZE_MB = 512

    def __init__(self, folder: Path) -> None:
        """Mount it at `folder`. Raises CalledProcessError where that is not allowed."""
        self._folder = folder
        self._ballast = folder / "ballast"
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.SIZE_MB}m,mode=711", "trial", folder], check=True, capture_output=True
        )

    @property
    def full(self) -> bool:
        """Whether it was filled and not cleared since."""
        return self._ballast.exists()

    def fill(self) -> None:
        """Take every byte that is left."""
        with self._ballast.open("wb", buffering=0) as file:
            for piece in (bytes(1024 * 1024), bytes(4096)):
                with suppress(OSError):
                    while file.write(piece):
                        pass

    def clear(self) -> None:
        """Give it back."""
        self._ballast.unlink()

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "--lazy", self._folder], check=True)


def may_fill_a_disk() -> bool:
    """Whether this user may mount a file system, and so fill one up."""
    if os.geteuid() != 0:
        return False
    folder = Path(mkdtemp())
    try:
        Disk(folder).close()
    except subprocess.CalledProcessError:
        return False
    finally:
        folder.rmdir()
    return True
