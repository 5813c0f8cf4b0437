"""What a demonstration's folder remembers: whose it is, which town lives in it, and until when it has lived."""

import fcntl
import json
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from cli.embedded.child import EmbeddedError, own_folder

PARTS = ("postgres", "broker", "town", "logs", "secrets", "demo.json")


@dataclass(frozen=True, slots=True)
class Memory:
    """The town's seed, when its life began, and until when its messages are known to have been sent."""

    seed: int
    starts_at: datetime
    lived_to: datetime


def lock(folder: Path) -> TextIOWrapper:
    """Take the folder for this process, for as long as the result is open. Raises EmbeddedError."""
    held = (own_folder(folder) / "lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise EmbeddedError(f"another demonstration is running in {folder}: stop it, or choose another --data") from error
    return held


def forget(folder: Path) -> None:
    """Remove what a demonstration made in the folder, and nothing else."""
    for path in (folder / name for name in PARTS):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def recall(folder: Path) -> Memory | None:
    """What the folder remembers; None where no town was ever completed in it."""
    path = folder / "demo.json"
    if not path.exists():
        return None
    kept = json.loads(path.read_text())
    return Memory(kept["seed"], datetime.fromisoformat(kept["starts_at"]), datetime.fromisoformat(kept["lived_to"]))


def remember(folder: Path, memory: Memory) -> None:
    """Keep the memory, whole or not at all."""
    half = folder / "demo.json.new"
    half.write_text(json.dumps(asdict(memory), default=datetime.isoformat))
    half.replace(folder / "demo.json")
