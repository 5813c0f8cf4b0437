"""The forecast on recorded counts of one Leeds camera, walk forward, against the same hour of the week before."""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streets.footfall.counts import HOUR, LONDON, CountedHour
from streets.footfall.forecast import expected_people, past_hours, unusualness
from streets.footfall.health import fit_hours, unfit_stretches


def briggate(path: Path) -> list[CountedHour]:
    """The hours of 2013 of camera Briggate; its clock is the street's, and its dates are written in two ways."""
    hours = {}
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            if row["LocationName"] == "Briggate" and "2013" in row["Date"]:
                day = datetime.strptime(row["Date"], "%d/%m/%Y" if "/" in row["Date"] else "%Y-%m-%d")
                start = day.replace(hour=int(row["Hour"]), tzinfo=LONDON).astimezone(UTC)
                hours[start] = CountedHour("briggate", start, int(row["InCount"]), 3600)
    return [hours[start] for start in sorted(hours)]


@pytest.mark.shared_data
def test_an_hour_ahead_the_forecast_beats_the_same_hour_last_week(shared_data: Path) -> None:
    hours = briggate(shared_data / "footfall" / "leeds_hourly_2009_2014.csv.gz")
    counted = {hour.hour_start: hour.people for hour in hours}
    past = past_hours([fit_hours(hours, unfit_stretches(hours))])
    by_start = {hour.hour_start: hour for hour in past}
    ours = theirs = 0.0
    for issued in past:
        target = by_start.get(issued.hour_start + HOUR)
        week_before = target and counted.get(target.hour_start - 168 * HOUR)
        if target is not None and week_before is not None:
            expected = expected_people(target.usual, unusualness(issued.people, issued.usual), 1)
            ours += abs(expected - target.people)
            theirs += abs(week_before - target.people)
    assert ours < 0.75 * theirs
