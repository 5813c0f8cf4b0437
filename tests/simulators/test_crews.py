"""Crews whose phones reach nobody."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nine_days import STARTS_AT

from simulators.crew_phone import CrewPhone
from simulators.crews import Crews
from simulators.diary import Diary
from simulators.history import TownLife
from simulators.litter import visits
from simulators.town import Town

NOBODY = "http://127.0.0.1:1/sign-in?token=none"
EVENING = STARTS_AT + timedelta(hours=18)


def pass_time(life: TownLife, crews: Crews, until: datetime) -> None:
    while crews.next_at < until:
        for _ in life.until(crews.next_at):
            pass
        crews.act()


def test_without_rounds_crews_keep_to_the_schedule_and_write_down_where_they_were(town: Town, tmp_path: Path) -> None:
    life = TownLife(town, STARTS_AT, Diary(tmp_path / "diary"))
    crews = Crews(life, lambda: CrewPhone(NOBODY), STARTS_AT)
    tomorrow = STARTS_AT + timedelta(days=1)
    pass_time(life, crews, EVENING + timedelta(days=1))
    crews.close()
    kept = Diary(tmp_path / "diary")
    assert kept.of(STARTS_AT.date()) is None, "they begin with a whole day"
    assert kept.of(tomorrow.date()) == pytest.approx(visits(town.seed, town.bins, 1, tomorrow))
    assert kept.of((tomorrow + timedelta(days=1)).date()) == {}, "the next day is awaited"
