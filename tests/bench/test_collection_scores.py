"""The score of collections' forecasts: nothing that comes later is seen, whatever the file looks like."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.collection_forecast import forecasts, read

ROOT = Path(__file__).parents[2]
FROM, LATER = pd.Timestamp("2016-06-20"), pd.Timestamp("2016-06-27")
SIZES_L = (90.0, 120.0, 240.0, 480.0)


def collected(containers: int, until: str) -> pd.DataFrame:
    """Containers of four sizes from 6 June 2016, emptied every second or third day, from 27 June daily: the larger and the nearer
    to Sunday the fuller."""
    luck, rows = np.random.default_rng(1), []
    for slot in range(containers):
        at = pd.Timestamp("2016-06-06 06:00") + pd.Timedelta(minutes=2 * slot)
        while at < pd.Timestamp(until):
            pct = 15 + 5 * (slot % len(SIZES_L)) + 9 * at.weekday() + int(luck.integers(0, 10))
            rows.append((slot, at, pct, SIZES_L[slot % len(SIZES_L)] * pct / 100))
            at += pd.Timedelta(days=1 if at >= LATER else int(luck.integers(2, 4)))
    return pd.DataFrame(rows, columns=["container_slot_id", "collected_at_local", "fill_before_pct", "volume_l"])


def told(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    table.to_csv(path, index=False)
    return forecasts(read(path), FROM.tz_localize("Europe/London").timestamp())


def test_what_a_file_tells_of_later_weeks_changes_no_forecast_of_an_earlier_one(tmp_path: Path) -> None:
    """From the second week on everything is found at 10 per cent, in litres that speak of containers of another size."""
    table, changed = collected(160, "2016-07-09"), collected(160, "2016-07-09")
    later = changed.collected_at_local >= LATER
    changed.loc[later, "fill_before_pct"] = 10
    changed.loc[later, "volume_l"] = 10.0 + 90.0 * (changed.container_slot_id[later] % 2)
    one, other = (told(each, tmp_path / "collections.csv") for each in (table, changed))
    first_week = int(((table.collected_at_local >= FROM) & ~later).sum())
    pd.testing.assert_frame_equal(one.iloc[:first_week], other.iloc[:first_week])


def test_rows_in_any_order_packed_or_not_give_the_same_forecasts(tmp_path: Path) -> None:
    table = collected(30, "2016-06-27")
    plain = told(table, tmp_path / "plain.csv")
    shuffled = told(table.sample(frac=1, random_state=2), tmp_path / "packed.csv.gz")
    pd.testing.assert_frame_equal(plain, shuffled)


@pytest.mark.parametrize("missing", ["fill_before_pct", "container_slot_id"])
def test_a_file_without_a_column_is_refused_by_its_name(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "collections.csv"
    collected(2, "2016-06-27").drop(columns=missing).to_csv(path, index=False)
    ended = subprocess.run(
        [sys.executable, ROOT / "bench/collection_forecast.py", path, "--from", "2016-06-13"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert f"has no column {missing}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_litres_may_be_unknown_and_collections_whose_fill_nobody_told_only_begin_a_wait(tmp_path: Path) -> None:
    table = collected(30, "2016-06-27")
    table.loc[table.index[::10], "fill_before_pct"] = np.nan
    without = told(table.drop(columns="volume_l"), tmp_path / "collections.csv")
    assert without.ours.notna().all()
    told_later = table[(table.collected_at_local >= FROM) & table.fill_before_pct.notna()]
    assert len(without) == len(told_later)
