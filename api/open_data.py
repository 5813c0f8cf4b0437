"""The open data sets: what each is, its files, its columns, and what is known to be missing from it."""

from collections.abc import Sequence
from dataclasses import dataclass

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


COUNCIL = said("code of the council")
WARD = said("code of the ward (ONS)")
LAT = said("latitude in degrees, WGS84")
LON = said("longitude in degrees, WGS84")
PLACE = said("identifier of the place")
COUNT_BELOW = said("for a count too small to publish: it is below this number")

SAVINGS_COLUMNS = {
    "council": COUNCIL,
    "month": said("month, as 2026-03"),
    "days": said("days that are closed"),
    "days_counted": said("of these, days whose rounds were planned and driven: only they count"),
    "schedule_visits": said("visits that the fixed schedule would have made on them"),
    "planned_visits": said("visits of the rounds"),
    "saved_visits": said("the schedule’s visits less those of the rounds"),
    "saved_km": said("kilometres saved"),
    "saved_hours": said("hours of driving and work saved"),
    "saved_litres": said("litres of diesel saved"),
    "saved_kg_co2e": said("kilograms of CO2e saved"),
    "saved_pounds": said("pounds saved on crews and vehicles"),
    "sensors_pounds": said("pounds that the sensors cost in the closed days"),
    "net_pounds": said("pounds saved, less the sensors"),
    "bin_days_measured": said("bins times days of which it is known whether they overflowed"),
    "bin_days_overflowed": said("of these, those with an overflow"),
    "told_overflowing": said("bins that crews found overflowing"),
    "complaints": said("complaints about overflowing bins; empty where none were recorded"),
    "assumptions_version": said("version of the assumptions that it is worked out with"),
}

PLACE_COLUMNS = {
    "place_id": PLACE,
    "council": COUNCIL,
    "name": said("name of the place"),
    "name_cy": said("Welsh name of the place"),
    "lat": LAT,
    "lon": LON,
    "level": said("very_quiet, quiet, usual, busy, very_busy or not_known"),
    "reason": said("why the level is not known"),
    "count": said("people counted in the last whole hour"),
    "count_below": COUNT_BELOW,
    "usual_count": said("people usual in that hour of the week"),
    "ratio": said("count divided by the usual count"),
    "observed_to": said("end of the hour that was counted"),
    "counters_reporting": said("counters that the count rests on"),
    "counters_total": said("counters at the place"),
}

FOOTFALL_COLUMNS = {
    "hour_start": said("start of the hour"),
    "place_id": PLACE,
    "counter_id": said("identifier of the counter"),
    "count": said("people in the hour, both ways, with those estimated"),
    "count_below": COUNT_BELOW,
    "in_label": said("what the counter’s first direction was called then"),
    "count_in": said("of these, people that way; left out where fewer than 10 went either way"),
    "out_label": said("what its second direction was called then"),
    "count_out": said("of these, people that way; left out where fewer than 10 went either way"),
    "covered_pct": said("how much of the hour was counted, per cent"),
    "estimated_pct": said("how much of the hour is estimated from the counter’s totals, per cent"),
    "not_known_pct": said("of how much of the hour it is not known who passed, per cent"),
    "not_known_why": said("why: the counter’s own fault, or silent, reset, implausible, may_have_wrapped or totals_disagree"),
    "unfit": said("why the count is not to be believed and is left out: dead, stuck or imputed"),
    "revision": said("how often the count was changed after it was published; 0: never"),
    "revised_at": said("when it was last changed after it was published"),
}

BIN_COLUMNS = {
    "bin_id": said("identifier of the bin"),
    "name": said("where it stands"),
    "council": COUNCIL,
    "ward_code": WARD,
    "lat": LAT,
    "lon": LON,
    "capacity_l": said("what it holds, in litres"),
    "state": said("measured, not_measurable, silent or no_sensor"),
    "not_measurable": said("why there is no figure"),
    "fill_pct": said("how full it is, per cent"),
    "about_pct": said("the same to the nearest quarter"),
    "observed_at": said("when it was measured"),
    "age_s": said("age of the measurement in seconds"),
    "last_emptied_at": said("when it was last emptied"),
    "full_at": said("when it is expected to be full"),
    "full_at_early": said("the same, at the earliest (80 per cent interval)"),
    "full_at_late": said("the same, at the latest (80 per cent interval)"),
    "overflow_24h": said("probability that it is full within 24 hours, 0 to 1"),
    "computed_at": said("when this was worked out"),
}

POTHOLE_COLUMNS = {
    "site_id": said("identifier of the site"),
    "council": COUNCIL,
    "lat": LAT,
    "lon": LON,
    "ward_code": WARD,
    "ward_name": said("name of the ward"),
    "ward_name_cy": said("Welsh name of the ward"),
    "street": said("street, as the council's network names it"),
    "reporters": said("most distinct phones that felt it in one week"),
    "bumps": said("jolts felt"),
    "days": said("days on which it was felt"),
    "severity_g": said("usual peak of the jolt, in g"),
    "first_hour": said("hour in which it was first felt"),
    "last_hour": said("hour in which it was last felt"),
    "computed_at": said("when this was worked out"),
}

WARD_COLUMNS = {
    "ward_code": WARD,
    "council": COUNCIL,
    "name": said("name of the ward"),
    "name_cy": said("Welsh name of the ward"),
    "bins": said("litter bins in the ward"),
    "bins_measured": said("of these, measured"),
    "bins_not_measurable": said("of these, with a sensor that cannot measure now"),
    "bins_silent": said("of these, with a silent sensor"),
    "bins_no_sensor": said("of these, without a sensor"),
    "bins_full": said("measured bins that are full"),
    "bins_nearly_full": said("measured bins that are about three quarters full"),
    "bins_as_of": said("age of the oldest of these measurements, as its time"),
    "emptied_7d": said("emptyings in the last seven days"),
    "pothole_sites": said("potholes published in the ward"),
    "potholes_as_of": said("when potholes were last looked for"),
}

LEDGER_COLUMNS = {
    "day": said("UTC day"),
    "source": said("tts, chirpstack, loriot, thingpark, direct, xovis, phone or unknown: the network that spoke"),
    "device": said("identifier of the device; empty where the message did not say, or nobody has registered it"),
    "council": COUNCIL,
    "sent": said("messages that the device sent on that day, by its own counter: heard and missing"),
    "heard": said("of these, those that came, on that day or later"),
    "missing": said("of these, those that never came"),
    "received": said("messages that came on that day: stored, duplicate and rejected"),
    "stored": said("of these, new ones"),
    "duplicate": said("of these, those that had come before"),
    "rejected": said("of these, those that were refused with a reason"),
}

COVERAGE_COLUMNS = {
    "street": said("street, as the council's network names it"),
    "week_start": said("Monday that begins the week"),
    "passes": said("times that the street was driven; empty where fewer than three phones drove it"),
}

REVISION_COLUMNS = {
    "revised_at": said("when the figure was changed"),
    "kind": said("footfall_hour or emptying"),
    "council": COUNCIL,
    "place_id": PLACE,
    "counter_id": said("identifier of the counter"),
    "bin_id": said("identifier of the bin"),
    "concerns": said("start of the hour, or time of the emptying, that was changed"),
    "was_count": said("people counted in the hour, as published before; empty: not known"),
    "was_count_below": COUNT_BELOW,
    "count": said("people counted in the hour, as published since; empty: not known"),
    "count_below": COUNT_BELOW,
    "was_emptied_at": said("when the bin was emptied, as published before; empty: not told"),
    "emptied_at": said("when the bin was emptied, as published since; empty: not any more"),
    "was_fill_before_pct": said("how full it was before, per cent, as published before"),
    "fill_before_pct": said("how full it was before, per cent, as published since"),
    "why": said("late_data, record_changed, recoded, reconciled or repaired"),
}


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
            columns=BIN_COLUMNS,
            updated="bins_at",
        ),
        DataSet(
            key="places",
            title=said("How busy places are now"),
            description=said("For each place the people counted in the last hour and how that compares with what is usual."),
            gaps=said("Very small counts are not published; a place is not known when too few of its counters report."),
            keywords=("footfall", "town centre", "high street", "pedestrians"),
            files=_faces("/v1/places"),
            columns=PLACE_COLUMNS,
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
            columns=FOOTFALL_COLUMNS,
            updated="footfall_at",
        ),
        DataSet(
            key="potholes",
            title=said("Potholes that phones have felt"),
            description=said("Places in the road where at least three different phones felt a jolt that no ironwork explains."),
            gaps=said("A street that nobody drove is unknown, not sound; the coverage says which streets were driven."),
            keywords=("potholes", "roads", "highways"),
            files=_faces("/v1/potholes"),
            columns=POTHOLE_COLUMNS,
            updated="potholes_at",
        ),
        DataSet(
            key="coverage",
            title=said("How often streets were driven"),
            description=said("Times that each street was driven by a phone that takes part in the pothole survey, week by week."),
            gaps=said("The number is left out where fewer than three phones drove; a street without a row was not driven."),
            keywords=("potholes", "roads", "coverage"),
            files=(_csv("/v1/coverage.csv"), File("JSON", "/v1/coverage", "application/json")),
            columns=COVERAGE_COLUMNS,
            updated="coverage_at",
        ),
        DataSet(
            key="wards",
            title=said("Wards and their figures"),
            description=said("Each ward with its boundary, its litter bins by state, emptyings in seven days and potholes felt."),
            gaps=said("A figure is left out where nothing of the ward is heard; each says how old its oldest part is."),
            keywords=("wards", "litter bins", "potholes"),
            files=_faces("/v1/wards"),
            columns=WARD_COLUMNS,
            updated="bins_at",
        ),
        DataSet(
            key="revisions",
            title=said("Figures revised after they were published"),
            description=said("Counts of an hour, and emptyings of bins, that were changed after they were published, and why."),
            gaps=said("The file is of today; other days on request. Hours are published a quarter of an hour after their end."),
            keywords=("revisions", "footfall", "litter bins"),
            files=(_csv("/v1/revisions.csv"), File("JSON", "/v1/revisions", "application/json")),
            columns=REVISION_COLUMNS,
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
            columns=LEDGER_COLUMNS,
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
            columns=SAVINGS_COLUMNS,
            updated="savings_at",
        ),
    )
