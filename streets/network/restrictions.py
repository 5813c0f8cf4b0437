"""Turn restrictions of OpenStreetMap (relations of type restriction): from a way, via a node or ways, to a way.

`no_…` forbids the turn, `only_…` every other turn. Restrictions of some hours hold at all hours: a plan may drive at any of them,
and a detour breaks no rule. Those that except or do not mean a goods vehicle are none of ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streets.network.access import USUAL, Size
from streets.network.conditions import clauses, means

EXCEPTED = {"hgv", "goods", "motor_vehicle", "vehicle"}
_KEYS = ("restriction:hgv", "restriction", "restriction:hgv:conditional", "restriction:conditional")

Member = tuple[str, int, str]
"""Its type (n, w or r), its id and its role."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction that a refuse vehicle has to keep, by ids of OpenStreetMap. It has a via node or via ways, never both."""

    kind: str
    from_ways: tuple[int, ...]
    via_node: int | None
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]

    @property
    def only(self) -> bool:
        """Whether it forbids every turn but its own."""
        return self.kind.startswith("only_")


def restriction(tags: Mapping[str, str], members: Iterable[Member], size: Size = USUAL) -> Restriction | None:
    """The restriction that a relation tells a vehicle of a size, or None where it is not for us or lacks a part."""
    kind = _kind(tags, size)
    if kind is None or EXCEPTED & {each.strip() for each in tags.get("except", "").split(";")}:
        return None
    by_role: dict[tuple[str, str], list[int]] = {}
    for type_, ref, role in members:
        by_role.setdefault((role, type_), []).append(ref)
    from_ways, to_ways = by_role.get(("from", "w"), []), by_role.get(("to", "w"), [])
    via_nodes, via_ways = by_role.get(("via", "n"), []), by_role.get(("via", "w"), [])
    if not from_ways or not to_ways or (len(via_nodes), bool(via_ways)) not in ((1, False), (0, True)):
        return None
    return Restriction(kind, tuple(from_ways), via_nodes[0] if via_nodes else None, tuple(via_ways), tuple(to_ways))


def _kind(tags: Mapping[str, str], size: Size) -> str | None:
    for key in _KEYS:
        words = tags.get(key, "")
        told = [value for value, condition in clauses(words) if means(condition, size.weight_t) is not False]
        for kind in told if key.endswith(":conditional") else [words]:
            if kind.startswith(("no_", "only_")):
                return kind
    return None
