"""The open data sets: what each is, its files, its columns, and what is known to be missing from it."""

from dataclasses import dataclass

from api.pages.words import said


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


def _files(path: str) -> tuple[File, ...]:
    return (
        File("CSV", f"{path}.csv", "text/csv"),
        File("GeoJSON", f"{path}.geojson", "application/geo+json"),
        File("JSON", path, "application/json"),
    )


COUNCIL = said("code of the council")
LAT = said("latitude in degrees, WGS84")
LON = said("longitude in degrees, WGS84")

DATA_SETS = (
    DataSet(
        key="places",
        title=said("How busy places are now"),
        description=said("For each place the people counted in the last hour and how that compares with what is usual."),
        gaps=said("Counts below a threshold are not published; a place is not known when too few of its counters report."),
        keywords=("footfall", "town centre", "high street", "pedestrians"),
        files=_files("/v1/places"),
        columns={
            "place_id": said("identifier of the place"),
            "council": COUNCIL,
            "name": said("name of the place"),
            "name_cy": said("Welsh name of the place"),
            "lat": LAT,
            "lon": LON,
            "level": said("very_quiet, quiet, usual, busy, very_busy or not_known"),
            "reason": said("why the level is not known"),
            "count": said("people counted in the last whole hour"),
            "count_below": said("for a count too small to publish: it is below this number"),
            "usual_count": said("people usual in that hour of the week"),
            "ratio": said("count divided by the usual count"),
            "observed_to": said("end of the hour that was counted"),
            "counters_reporting": said("counters that the count rests on"),
            "counters_total": said("counters at the place"),
        },
        updated="footfall_at",
    ),
)
