"""Crews that nobody foresaw: what a bin's sensor says after they came, and what a town remembers that begins to speak anew."""

from datetime import datetime, timedelta
from pathlib import Path

from nine_days import STARTS_AT

from simulators.diary import Diary
from simulators.history import Message, TownLife
from simulators.town import Town

DAY = STARTS_AT.date() + timedelta(days=1)
MORNING = STARTS_AT + timedelta(days=1, hours=5)
EVENING, END = MORNING + timedelta(hours=14), MORNING + timedelta(days=2)


def driven(life: TownLife, bin_ids: list[str]) -> list[Message]:
    """What is heard until the end of a life whose crews come to these bins, one every ten minutes."""
    heard = list(life.until(MORNING))
    for number, bin_id in enumerate(bin_ids):
        at = MORNING + number * timedelta(minutes=10)
        heard += life.until(at)
        life.empty(bin_id, at)
    return heard + list(life.until(END))


def diary_of_rounds(path: Path) -> Diary:
    diary = Diary(path)
    diary.open(DAY)
    return diary


def test_what_a_crew_empties_is_heard_so_from_then_on_and_nothing_else_is_changed(town: Town, tmp_path: Path) -> None:
    due = [a_bin for a_bin in town.bins if a_bin.device is not None][:40]
    nobody = list(TownLife(town, STARTS_AT, diary_of_rounds(tmp_path / "nobody")).until(END))
    somebody = driven(TownLife(town, STARTS_AT, diary_of_rounds(tmp_path / "somebody")), [a_bin.bin_id for a_bin in due])
    assert len(nobody) == len(somebody)
    changed = {at for (_, before, at), (_, after, _) in zip(nobody, somebody, strict=True) if before != after}
    assert len(changed) > len(due)
    assert min(changed) > MORNING


def test_a_life_that_goes_on_from_its_diary_says_what_it_would_have_said(town: Town, tmp_path: Path) -> None:
    bin_ids = [a_bin.bin_id for a_bin in town.bins[::6]]
    whole = driven(TownLife(town, STARTS_AT, diary_of_rounds(tmp_path / "diary")), bin_ids)
    again = TownLife(town, EVENING, Diary(tmp_path / "diary"))
    assert list(again.until(END)) == [message for message in whole if message[2] >= EVENING]


def test_on_a_day_without_a_page_in_the_diary_crews_keep_to_the_schedule(town: Town, tmp_path: Path) -> None:
    opened, unopened = diary_of_rounds(tmp_path / "opened"), Diary(tmp_path / "unopened")
    assert opened.of(DAY) == {} and unopened.of(DAY) is None
    noon = MORNING + timedelta(hours=7)
    found = [fills_at(TownLife(town, MORNING, diary), noon) for diary in (opened, unopened)]
    assert sum(found[0].values()) > sum(found[1].values())


def fills_at(life: TownLife, at: datetime) -> dict[str, float]:
    for _ in life.until(at):
        pass
    return {a_bin.bin_id: found for a_bin in life.town.bins if (found := life.found_pct(a_bin.bin_id, at)) is not None}
