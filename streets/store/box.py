"""A box on the map, as queries take it."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A box of WGS84 degrees."""

    west: float
    south: float
    east: float
    north: float


def edges(box: Box | None) -> dict[str, float | None]:
    """The edges as parameters of a query; all None where no box narrows it."""
    return dict.fromkeys(("west", "south", "east", "north")) if box is None else asdict(box)
