"""What the benchmarks of footfall and potholes score, on data whose score can be reckoned by hand."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bench.impacts import matched
from bench.impacts import score as impact_score
from bench.pothole_sites import gaps_m, potholes, sites
from bench.pothole_sites import score as site_score

ROOT = Path(__file__).parent.parent.parent
METRE = 1 / 111_195
"""One metre north, in degrees."""
LEEDS = (53.8, -1.54)


def north(metres: float) -> tuple[float, float]:
    return LEEDS[0] + metres * METRE, LEEDS[1]


def run(script: str, *arguments: str | Path) -> object:
    done = subprocess.run([sys.executable, ROOT / "bench" / script, *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve weeks of 2013 at Briggate: each hour of the week 20 people above and below its own mean in turn.

    Eight more in one hour of each week's days keep two weeks from being the same to the last person, which would be imputed.
    The 18th and 19th of March are dead.
    """
    path = tmp_path_factory.mktemp("leeds") / "counts.csv"
    rows = ["Date,Hour,LocationName,InCount"]
    for hour in range(12 * 168):
        at = datetime(2013, 1, 7) + timedelta(hours=hour)
        week = hour // 168
        people = 1000 + 7 * (hour % 168) + 20 * (-1) ** (hour + week) + 8 * (at.hour == week)
        people = 0 if at.month == 3 and at.day in (18, 19) else people
        rows.append(f"{at:%d/%m/%Y},{at.hour},Briggate,{people}")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_a_dead_counter_is_told_and_written_as_a_mask(counts: Path, tmp_path: Path) -> None:
    mask = tmp_path / "mask.csv"
    dead = {"counter": "Briggate", "from": "2013-03-18T00:00", "to": "2013-03-20T00:00", "kind": "dead"}
    found = run("counter_health.py", counts, "--shape", "leeds", "--csv", mask)
    assert isinstance(found, list)
    assert [one for one in found if one["kind"] == "dead"] == [dead]
    assert "Briggate,2013-03-18T00:00,2013-03-20T00:00,dead" in mask.read_text().splitlines()


def test_the_error_of_each_method_is_what_the_counts_make_it(counts: Path, tmp_path: Path) -> None:
    """Last week is 40 people off in each hour and the four-week median 20; the mean count of a week is 1000 + 7 x 83.5 = 1584.5.

    The product's eight-week median is 20 off too. It carries the last hour's 20 on, 0.8 of it for each hour ahead: against the
    hours 1 and 3 ahead, whose 20 are the other way, and for the one 24 ahead.
    """
    mask = tmp_path / "mask.csv"
    mask.write_text("counter,from,to\nBriggate,2013-03-18T00:00,2013-03-20T00:00\n")
    told = run("busyness.py", counts, "--shape", "leeds", "--from", "2013-03-11", "--to", "2013-03-18", "--mask", mask)
    assert isinstance(told, dict)
    assert (told["n"], told["answered"]) == (168, 1)
    assert told["baselines"]["last_week"]["wape_1h"] == pytest.approx(40 / 1584.5, abs=5e-4)
    assert told["baselines"]["median_4_weeks"]["wape_24h"] == pytest.approx(20 / 1584.5, abs=5e-4)
    off = [20 * (1 + 0.8), 20 * (1 + 0.8**3), 20 * (1 - 0.8**24)]
    assert [told[f"wape_{ahead}h"] for ahead in (1, 3, 24)] == [pytest.approx(people / 1584.5, abs=6e-4) for people in off]
    assert told["level_accuracy"] == told["baselines"]["level_carried"] == 1


def test_masked_hours_are_neither_scored_nor_forecast_from(counts: Path, tmp_path: Path) -> None:
    """Two of five days are masked; the first hour after them has no hour before it to forecast from."""
    mask = tmp_path / "mask.csv"
    mask.write_text("counter,from,to\nBriggate,2013-03-18T00:00,2013-03-20T00:00\n")
    told = run("busyness.py", counts, "--shape", "leeds", "--from", "2013-03-18", "--to", "2013-03-23", "--mask", mask)
    assert isinstance(told, dict)
    assert told["n"] == 3 * 24 - 1


def test_a_press_counts_for_one_impact_within_two_seconds() -> None:
    """10 and 11 share one press; 20 is 2.5 s off; 30 is 2 s off; so two of four impacts and two of three presses."""
    pairs = matched([10, 11, 20, 30], [10.5, 22.5, 32])
    assert pairs == 2
    assert impact_score(pairs, 4, 3) == {"precision": 0.5, "recall": 0.667, "f1": 0.571, "impacts": 4, "presses": 3}


def test_presses_of_two_drives_are_a_pothole_and_impacts_of_three_a_site() -> None:
    """A hole pressed at 0 and 6 m by two drives lies at 3 m; one pressed twice by the same drive is none."""
    true = potholes([[north(0), north(500), north(503)], [north(6)]])
    assert true == [pytest.approx(north(3))]
    found = sites([[north(1), north(300)], [north(2), north(301)], [north(3), north(300), north(302)]])
    assert sorted(found) == [pytest.approx(north(2)), pytest.approx(north(300.5))]
    assert sites([[north(1), north(2), north(3)], [north(1)]]) == []


def test_a_site_is_right_within_ten_metres_of_a_pothole_that_no_nearer_one_took() -> None:
    true = [north(0), north(100), north(200)]
    found = [north(4), north(6), north(111), north(202)]
    assert gaps_m(found, true) == {0: pytest.approx(4, abs=0.01), 2: pytest.approx(2, abs=0.01)}
    figures = site_score(found, true, [True, False, False])
    assert (figures["precision"], figures["recall"], figures["median_error_m"]) == (0.5, 0.667, 3.0)
    assert figures["recall_where_3_passed"] == 1


def test_no_drive_is_scored_as_nothing_found_not_as_an_error_of_arithmetic() -> None:
    assert impact_score(0, 0, 0)["f1"] == 0
    assert site_score([], [], [])["precision"] is None
