"""The worked example of docs/savings.md, done again in plain arithmetic, without anything of the product."""

import csv
import io
import re
from pathlib import Path

DOCS = (Path(__file__).parents[2] / "docs/savings.md").read_text()


def lines() -> list[dict[str, str]]:
    found = re.search(r"```csv\n(.*?)```", DOCS, re.DOTALL)
    assert found
    return list(csv.DictReader(io.StringIO(found[1])))


def total(name: str) -> int:
    return sum(int(line[name]) for line in lines() if line[name])


def table() -> dict[str, list[float]]:
    """The rows of the example by their first word: schedule, rounds, saved."""
    example = DOCS[DOCS.index("## A month by hand") :]
    rows = re.findall(r"^\| (\w+)[^|]*\| ([\d.,]+) \| ([\d.,]+) \| ([\d.,]+) \|$", example, re.MULTILINE)
    return {word: [float(cell.replace(",", "")) for cell in cells] for word, *cells in rows}


def test_each_row_of_the_worked_example_follows_from_the_lines_above_it() -> None:
    metres, seconds = ([total(f"schedule_{unit}"), total(f"planned_{unit}")] for unit in ("m", "s"))
    metres.append(metres[0] - metres[1])
    seconds.append(seconds[0] - seconds[1])
    visits = [total("schedule_visits"), total("planned_visits")]
    km, hours = [each / 1000 for each in metres], [each / 3600 for each in seconds]
    litres = [each * 20 / 100 for each in km]
    pence = [100 * (0.60 * km[side] + 45.00 * hours[side]) for side in range(3)]
    assert table() == {
        "visits": [*visits, visits[0] - visits[1]],
        "metres": km,
        "seconds": seconds,
        "hours": [round(each, 3) for each in hours],
        "litres": [round(each, 2) for each in litres],
        "CO2e": [round(each * 2.57082, 2) for each in litres],
        "pounds": [round(each) / 100 for each in pence],
    }
    sensors_pence = total("sensors") / 31 * (200 + 50 + 12_000 / 60)
    assert f"£{sensors_pence / 100:.2f}. Net: " in DOCS
    assert f"= £{(pence[2] - sensors_pence) / 100:.2f}. Beside it" in DOCS


def test_the_overflows_of_the_example_are_those_of_its_lines() -> None:
    told = [line["overflowed"] for line in lines() if line["overflowed"]]
    assert f"of {len(told)} bin-days measured" in DOCS
    assert f"{told.count('true')} had an overflow" in DOCS
