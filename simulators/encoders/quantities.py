"""The values that a device can say of a quantity: how fine, from where to where, in which words.

`value in quantity` says whether the device can say it; `nearest` makes of what is so what the device would say of it, None
where it has no word for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol


class Quantity(Protocol):
    """What all of them answer; `str` of one is told after "says" in a sentence."""

    def __contains__(self, value: object) -> bool:
        """Whether the device can say this value, and it comes back as it is."""

    def nearest(self, value: Any) -> Any:
        """What the device would say of this value."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Numbers from `least` to `most` in steps of `step / parts`: whole ones (1), tens (10), tenths (1, 10), but none of `but`."""

    least: float
    most: float
    step: int = 1
    parts: int = 1
    but: tuple[float, ...] = ()

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and bool(self.nearest(value) == value)

    def nearest(self, value: float) -> float:
        """The closest step, the end that is closer where the value is beyond."""
        steps = round(min(max(value, self.least), self.most) * self.parts / self.step) * self.step
        while (said := steps if self.parts == 1 else steps / self.parts) in self.but:
            steps += self.step
        return said

    def __str__(self) -> str:
        return f"{self.least:g} to {self.most:g} in steps of {self.step / self.parts:g}"


@dataclass(frozen=True, slots=True)
class Running:
    """A running total that wraps at 2**bits."""

    bits: int

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int) and 0 <= value < 2**self.bits

    def nearest(self, value: int) -> int:
        """What is left of the total after its wraps."""
        return value % int(2**self.bits)

    def __str__(self) -> str:
        return f"totals below 2**{self.bits}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values: words, yes and no, or single numbers."""

    values: tuple[Any, ...]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __contains__(self, value: object) -> bool:
        return value in self.values

    def nearest(self, value: Any) -> Any:
        """The value; of numbers the closest; None of a word that is not among them."""
        if value in self.values:
            return value
        numbers = [each for each in self.values if isinstance(each, int | float) and not isinstance(each, bool)]
        return min(numbers, key=lambda each: abs(each - value)) if numbers else None

    def __str__(self) -> str:
        return " or ".join(map(str, self.values)) if len(self.values) < 9 else f"one of {len(self.values)} values"


@dataclass(frozen=True, slots=True)
class Alarms:
    """Any of these alarms, in this order; each with the field it is sent beside, or None."""

    beside: Mapping[str, str | None]

    def __iter__(self) -> Iterator[str]:
        return iter(self.beside)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, tuple) and self.nearest(value) == value

    def nearest(self, value: tuple[str, ...]) -> tuple[str, ...]:
        """Those alarms that the device has."""
        return tuple(word for word in self.beside if word in value)

    def __str__(self) -> str:
        return ", ".join(self.beside)


@dataclass(frozen=True, slots=True)
class Moments:
    """Times in 32 bits of Unix seconds: every second, or every so many seconds from `from_s` on."""

    every_s: int = 1
    from_s: int = 0

    def __contains__(self, value: object) -> bool:
        return (
            isinstance(value, datetime)
            and value.tzinfo is not None
            and 0 <= value.timestamp() <= U32
            and self.nearest(value) == value
        )

    def nearest(self, value: datetime) -> datetime:
        """The last of these times."""
        return datetime.fromtimestamp(int(value.timestamp() - self.from_s) // self.every_s * self.every_s + self.from_s, UTC)

    def __str__(self) -> str:
        return f"times every {self.every_s} s"


@dataclass(frozen=True, slots=True)
class Text:
    """Printable text of 1 to `longest` characters."""

    longest: int

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and 1 <= len(value) <= self.longest and value.isprintable() and bool(value.strip())

    def nearest(self, value: str) -> str:
        """The text, cut where it is too long."""
        return value[: self.longest]

    def __str__(self) -> str:
        return f"text of at most {self.longest} characters"


def whole(least: int, most: int, step: int = 1) -> Steps:
    """Whole numbers, or multiples of `step`."""
    return Steps(least, most, step)


def alarms(*words: str) -> Alarms:
    """Alarms that stand beside no field of their own."""
    return Alarms(dict.fromkeys(words))


def tenths(least: float, most: float, but: tuple[float, ...] = ()) -> Steps:
    """Tenths."""
    return Steps(least, most, parts=10, but=but)


def hundredths(least: float, most: float) -> Steps:
    """Hundredths."""
    return Steps(least, most, parts=100)


U8, U16, U32 = 2**8 - 1, 2**16 - 1, 2**32 - 1
PERCENT = whole(0, 100)
PEOPLE_16 = whole(0, U16)
YES_OR_NO = OneOf((False, True))
MOMENTS = Moments()
