"""Long lists on pages: so many lines a page, and which page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query

A_PAGE = 50

PageNumber = Annotated[int, Query(ge=1, le=10_000)]

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Paged(Generic[Line]):
    """One page of a list: its `lines`, its `number` from 1 on, how many `pages` there are, and how many lines in `total`."""

    lines: Sequence[Line]
    number: int
    pages: int
    total: int


def paged(every: Sequence[Line], number: int = 1) -> Paged[Line]:
    """The page of that number; beyond the last one, the last."""
    pages = max(1, -(-len(every) // A_PAGE))
    number = min(number, pages)
    return Paged(every[(number - 1) * A_PAGE : number * A_PAGE], number, pages, len(every))
