"""What each column of the open data sets holds, in words: a dict a set, in the order of its CSV."""

from api.pages.words import said

COUNCIL = said("code of the council")
WARD = said("code of the ward (ONS)")
LAT = said("latitude in degrees, WGS84")
LON = said("longitude in degrees, WGS84")
PLACE = said("identifier of the place")
COUNT_BELOW = said("for a count too small to publish: it is below this number")

SAVINGS = {
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

PLACES = {
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

FOOTFALL = {
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

BINS = {
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
    "expected_low_pct": said(
        "least fill expected now, per cent, also where nothing is measured; least to most holds four times in five"
    ),
    "expected_high_pct": said("most fill expected now, per cent"),
    "rests_on": said(
        "what the forecast rests on: readings of its sensor, collections (what was found when it was emptied), or others like it"
    ),
    "computed_at": said("when this was worked out"),
}

POTHOLES = {
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

WARDS = {
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

LEDGER = {
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
    "untold": said("of the refused, those whose number is not kept, so that up to as many of the missing may have come"),
}

COVERAGE = {
    "street": said("street, as the council's network names it"),
    "week_start": said("Monday that begins the week"),
    "passes": said("times that the street was driven; empty where fewer than three phones drove it"),
}

REVISIONS = {
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
