"""What an import changes, for a terminal and for a program."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from streets.assets.cells import written

if TYPE_CHECKING:
    from streets.assets.comparing import Compared, Report

LONGEST_VALUE = 60


def in_figures(report: "Report") -> str:
    """How many lines are new, changed, unchanged and refused."""
    counts = ", ".join(f"{count} {state}" for state, count in report.counts.items())
    return f"{counts}, {len(report.refusals)} refused" if report.refusals else counts


def lines(report: "Report") -> Iterator[str]:
    """A line for everything that is refused, doubtful or changed; what is new or unchanged stands in the figures."""
    yield from (str(refusal) for refusal in report.refusals)
    yield from (f"{remark} (a remark)" for remark in report.remarks)
    for line in report.of("changed"):
        yield f"{line.where}: {line.name} changes: {'; '.join(_changes(line))}"


def told(report: "Report") -> dict[str, Any]:
    """The report as JSON values."""
    return {
        **report.counts,
        "refused": len(report.refusals),
        "refusals": [{"where": each.where, "why": each.why} for each in report.refusals],
        "remarks": [{"where": each.where, "what": each.why} for each in report.remarks],
        "lines": [
            {
                "where": line.where,
                "name": line.name,
                "state": line.state,
                "was": {name: _short(value) for name, value in line.was.items()},
                "became": {name: _short(value) for name, value in line.became.items()},
            }
            for line in report.compared
        ],
    }


def _changes(line: "Compared[Any]") -> Iterator[str]:
    for name, was in line.was.items():
        yield f"{name} from {_short(was) or 'nothing'} to {_short(line.became[name]) or 'nothing'}"


def _short(value: object) -> str:
    text = written(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
