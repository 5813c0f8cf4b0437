"""Recorded readings of glass banks as the bins strand takes them: each sensor's fills over time.

Nobody published how deep the banks are, so all share one installation record, and nothing of it is fitted to the data: empty
at EMPTY_CM, full at FULL_CM. A point of fill is CM_PER_POINT.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simulators.recorded.glass_banks import BAD_ECHO_CM
from streets.bins.fill import Mount, fill_of
from streets.bins.steps import Series

EMPTY_CM, FULL_CM = 200, 20
CM_PER_POINT = (EMPTY_CM - FULL_CM) / 100
MOUNT = Mount(empty_mm=EMPTY_CM * 10, full_mm=FULL_CM * 10, blind_zone_mm=1, max_range_mm=EMPTY_CM * 10 - 1)


@dataclass(frozen=True, slots=True)
class Heights:
    """One sensor's usable readings: Unix seconds, ascending strictly, and centimetres down to the glass (0 < cm < 200)."""

    sensor: str
    at_s: Series
    height_cm: Series

    def fills(self) -> tuple[Series, Series]:
        """Unix seconds and fills of the readings that are no known bad echo, by the product's own reckoning."""
        told = [self._fill(cm) for cm in self.height_cm]
        measured = np.array([fill is not None for fill in told], dtype=bool)
        return self.at_s[measured], np.array([fill for fill in told if fill is not None], dtype=float)

    @staticmethod
    def _fill(height_cm: float) -> float | None:
        fill = fill_of(MOUNT, int(height_cm * 10), "no_echo" if height_cm == BAD_ECHO_CM else None, None, ())
        return fill.fill_pct if fill else None


def sensors(path: Path) -> Iterator[Heights]:
    """Each sensor of a Parquet file with the columns deveui, unix_ms and height_cm; of two readings at one time the first."""
    table = pd.read_parquet(path, columns=["deveui", "unix_ms", "height_cm"])
    table = table[(table.height_cm > 0) & (table.height_cm < EMPTY_CM)]
    table = table.astype({"deveui": str}).drop_duplicates(["deveui", "unix_ms"]).sort_values(["deveui", "unix_ms"])
    for sensor, rows in table.groupby("deveui"):
        yield Heights(str(sensor), rows.unix_ms.to_numpy(float) / 1000, rows.height_cm.to_numpy(float))
