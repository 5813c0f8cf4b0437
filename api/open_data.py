"""The open data sets: what each is, its files, and what is known to be missing from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from api import column_words
from api.pages.words import said
from streets.store.footfall import Place


@dataclass(frozen=True, slots=True)
class File:
    """One form of a data set."""

    name: str
    path: str
    media_type: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set as data.gov.uk wants it told: a title of at most 65 characters, a description that begins with a sentence of
    at most 140, and the known gaps. `columns` is the meaning of each column of the CSV, in order. `updated` names the field of
    streets.store.open_data.Updated that says when it last changed.
    """

    key: str
    title: str
    description: str
    gaps: str
    keywords: tuple[str, ...]
    files: tuple[File, ...]
    columns: dict[str, str]
    updated: str


def _csv(path: str) -> File:
    return File("CSV", path, "text/csv")


def _faces(path: str) -> tuple[File, ...]:
    geojson = File("GeoJSON", f"{path}.geojson", "application/geo+json")
    return _csv(f"{path}.csv"), geojson, File("JSON", path, "application/json")


def data_sets(places: Sequence[Place]) -> tuple[DataSet, ...]:
    """Every open data set; the hours of footfall have a file for each place."""
    return (
        DataSet(
            key="bins",
            title=said("Litter bins and how full they are"),
            description=said(
                "Each litter bin: where it stands, how full it is, when it was last emptied and when it will be full."
            ),
            gaps=said("A bin whose sensor is silent, or cannot measure, has no figure; the reason is given."),
            keywords=("litter bins", "waste", "street cleaning"),
            files=_faces("/v1/bins"),
            columns=column_words.BINS,
            updated="bins_at",
        ),
        DataSet(
            key="places",
            title=said("How busy places are now"),
            description=said("For each place the people counted in the last hour and how that compares with what is usual."),
            gaps=said("Very small counts are not published; a place is not known when too few of its counters report."),
            keywords=("footfall", "town centre", "high street", "pedestrians"),
            files=_faces("/v1/places"),
            columns=column_words.PLACES,
            updated="footfall_at",
        ),
        DataSet(
            key="footfall",
            title=said("Footfall by the hour"),
            description=said(
                "People counted in each hour by each counter of a place, in the last 28 days; other days on request."
            ),
            gaps=said("Very small counts, and hours of a faulty counter, are left out with the reason."),
            keywords=("footfall", "town centre", "high street", "pedestrians"),
            files=tuple(File(f"CSV, {place.name}", f"/v1/footfall.csv?place={place.place_id}", "text/csv") for place in places),
            columns=column_words.FOOTFALL,
            updated="footfall_at",
        ),
        DataSet(
            key="potholes",
            title=said("Potholes that phones have felt"),
            description=said("Places in the road where at least three different phones felt a jolt that no ironwork explains."),
            gaps=said("A street that nobody drove is unknown, not sound; the coverage says which streets were driven."),
            keywords=("potholes", "roads", "highways"),
            files=_faces("/v1/potholes"),
            columns=column_words.POTHOLES,
            updated="potholes_at",
        ),
        DataSet(
            key="coverage",
            title=said("How often streets were driven"),
            description=said("Times that each street was driven by a phone that takes part in the pothole survey, week by week."),
            gaps=said("The number is left out where fewer than three phones drove; a street without a row was not driven."),
            keywords=("potholes", "roads", "coverage"),
            files=(_csv("/v1/coverage.csv"), File("JSON", "/v1/coverage", "application/json")),
            columns=column_words.COVERAGE,
            updated="coverage_at",
        ),
        DataSet(
            key="wards",
            title=said("Wards and their figures"),
            description=said("Each ward with its boundary, its litter bins by state, emptyings in seven days and potholes felt."),
            gaps=said("A figure is left out where nothing of the ward is heard; each says how old its oldest part is."),
            keywords=("wards", "litter bins", "potholes"),
            files=_faces("/v1/wards"),
            columns=column_words.WARDS,
            updated="bins_at",
        ),
        DataSet(
            key="revisions",
            title=said("Figures revised after they were published"),
            description=said("Counts of an hour, and emptyings of bins, that were changed after they were published, and why."),
            gaps=said("The file is of today; other days on request. Hours are published a quarter of an hour after their end."),
            keywords=("revisions", "footfall", "litter bins"),
            files=(_csv("/v1/revisions.csv"), File("JSON", "/v1/revisions", "application/json")),
            columns=column_words.REVISIONS,
            updated="revisions_at",
        ),
        DataSet(
            key="ledger",
            title=said("What the sensors sent and what became of it"),
            description=said(
                "Messages by day and device: sent, missing, received, stored, repeated and refused;"
                " today's, other days on request."
            ),
            gaps=said(
                "Sent and missing are not known of phones and devices that do not count;"
                " devices that are not registered have no name."
            ),
            keywords=("sensors", "data quality", "open data"),
            files=(_csv("/v1/ledger.csv"), File("JSON", "/v1/ledger", "application/json")),
            columns=column_words.LEDGER,
            updated="ledger_at",
        ),
        DataSet(
            key="savings",
            title=said("What the rounds saved"),
            description=said("Rounds beside the fixed schedule that they replace, by month, net of sensors, with overflows."),
            gaps=said(
                "Days that nobody planned or drove are on neither side; a month’s lines, bin by bin, are linked from its page."
            ),
            keywords=("litter bins", "rounds", "savings", "carbon"),
            files=(_csv("/v1/savings.csv"), File("JSON", "/v1/savings", "application/json")),
            columns=column_words.SAVINGS,
            updated="savings_at",
        ),
    )
