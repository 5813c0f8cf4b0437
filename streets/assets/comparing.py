"""What a file would change: each line against what is kept, before anything is."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from streets.assets import cells
from streets.assets.rows import Line, Refusal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Asset = TypeVar("Asset", bound="DataclassInstance")
Key = tuple[object, ...]
State = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Compared(Generic[Asset]):
    """A line of a file as it would be kept: an asset with what it was and becomes, of those columns that change."""

    where: str
    key: Key
    asset: Asset
    state: State
    was: Mapping[str, object] = field(default_factory=dict)
    became: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The key as words."""
        return " ".join(cells.written(part) for part in self.key if part is not None)


@dataclass(frozen=True, slots=True)
class Report:
    """What a file would do, or did: every line compared, and what is doubtful (`remarks`) or not taken (`refusals`)."""

    compared: Sequence[Compared[Any]]
    remarks: Sequence[Refusal] = ()
    refusals: Sequence[Refusal] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many lines are new, changed and unchanged."""
        found = Counter(line.state for line in self.compared)
        return {"new": found["new"], "changed": found["changed"], "unchanged": found["unchanged"]}

    def of(self, state: State) -> list[Compared[Any]]:
        """The lines of a state."""
        return [line for line in self.compared if line.state == state]

    @property
    def fingerprint(self) -> str:
        """The same for two reports that say the same: whether what was shown to a person is still what would happen."""
        said = [[line.where, line.name, line.state, _plain(line.was), _plain(line.became)] for line in self.compared]
        return sha256(json.dumps([said, list(map(str, (*self.remarks, *self.refusals)))]).encode()).hexdigest()


def compared(lines: Iterable[Line[Asset]], key: Sequence[str], kept: Mapping[Key, Asset]) -> list[Compared[Asset]]:
    """Each line against the asset of the same key; columns that the file does not have stay as they are kept."""
    return [_compared(line, tuple(getattr(line.asset, name) for name in key), kept) for line in lines]


def _compared(line: Line[Asset], key: Key, kept: Mapping[Key, Asset]) -> Compared[Asset]:
    before = kept.get(key)
    if before is None:
        return Compared(line.where, key, line.asset, "new")
    after = replace(before, **{name: getattr(line.asset, name) for name in line.columns})
    changed = [name for name in line.columns if getattr(before, name) != getattr(after, name)]
    was, became = ({name: getattr(of, name) for name in sorted(changed)} for of in (before, after))
    return Compared(line.where, key, after, "changed" if changed else "unchanged", was, became)


def _plain(values: Mapping[str, object]) -> dict[str, str]:
    return {name: cells.written(value) for name, value in values.items()}
