"""A day of the town, as every device lives it."""

from dataclasses import dataclass
from datetime import datetime

from simulators.rhythms import Floats


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day: its number since the town's first, its midnight, and the air's temperature in C at hours 0..23."""

    number: int
    midnight: datetime
    air_c: Floats

    @property
    def midnight_s(self) -> float:
        """Midnight in Unix seconds."""
        return self.midnight.timestamp()
