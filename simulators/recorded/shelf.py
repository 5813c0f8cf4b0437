"""Which reader a recorded file needs: told by its columns, not by its name."""

from collections.abc import Callable
from pathlib import Path

from simulators.recorded import auckland, drives, edinburgh, glass_banks, leeds, tables, uplinks, wyndham
from simulators.recorded.recording import Recording, RecordingError, Window

Reader = Callable[[Path, str, Window], Recording]
TABLES: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (leeds.HEADER, leeds.read),
    (auckland.HEADER, auckland.read),
    (edinburgh.HEADER, edinburgh.read),
    (wyndham.HEADER, wyndham.read),
    (drives.HEADER, drives.read),
)


def read(path: Path, council: str, window: Window) -> Recording:
    """The recording in a file, told as devices of that council. Raises RecordingError: what the file is not, in words."""
    if not path.is_file():
        raise RecordingError(f"{path} is not a file")
    if path.suffix == ".parquet":
        return glass_banks.read(path, council, window)
    if path.suffix == ".json":
        return uplinks.read(path, council, window)
    columns = tables.header(path)
    for header, reader in TABLES:
        if columns[: len(header)] == header:
            return reader(path, council, window)
    raise RecordingError(f"{path.name} is no recording that can be told; its columns are {', '.join(columns[:8])}")
