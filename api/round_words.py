"""Why a bin is on a round or not, in words for a crew; the same for page, print, GPX, CSV and terminal."""

from datetime import datetime
from typing import Any

from api.order_words import cannot, must
from api.pages.words import LONDON, Words, said
from streets.planning.rounds import CLOCK, REPLANS_AT
from streets.store.rounds import NotToday, PlannedRound, PlannedStop

HOURS_BEFORE_DAYS = 72
OBSTACLES = (said("vehicle in the way"), said("road closed"), said("locked"))

WHYS = {
    "late": said("we are late"),
    "vehicle_full": said("the vehicle is full sooner than expected"),
    "street_closed": said("a street is closed"),
    "other": said("something else"),
}
LOADS = {
    "empty": said("empty"),
    "quarter": said("about a quarter full"),
    "half": said("about half full"),
    "three_quarters": said("about three quarters full"),
    "full": said("full"),
}


REFUSED = {
    "impossible_time": said("The time is in the future or more than a week ago: is the phone's clock right?"),
    "not_found": said("Your council has no such stop any more."),
    "not_a_stop": said("Nothing is told of the start, the end or the break of a round."),
    "wrong_role": said("Whoever signed in on this phone may not tell this."),
    "otherwise": said("It could not be understood. Tell it to the office."),
}
"""Why a tap that was sent later was refused, by the kind of the problem."""


def why(words: Words, stop: PlannedStop) -> str:
    """Why a stop is on the round."""
    match stop.why:
        case _ if "must" in stop.why_detail:
            return _joined(must(words, stop.why_detail), _about_full(words, stop.why_detail))
        case "likely_full" if "visit_before" in stop.why_detail:
            return _joined(_about_full(words, stop.why_detail), words("likely full again by then"))
        case "likely_full":
            return _joined(_about_full(words, stop.why_detail), _full_by(words, stop))
        case "seen_overflowing":
            return words("a crew saw it overflowing")
        case "on_the_way":
            return _joined(_about_full(words, stop.why_detail), _full_by(words, stop), words("on the way"))
        case "history_silent":
            return _joined(_silence(words, stop.why_detail, stop.eta), _about_full(words, stop.why_detail))
        case "history_not_measurable":
            return _joined(words("sensor cannot measure"), _about_full(words, stop.why_detail))
        case "history_unsuitable":
            return _joined(words("the sensor does not suit this bin"), _about_full(words, stop.why_detail))
        case "history_no_sensor":
            return _joined(words("no sensor"), _about_full(words, stop.why_detail))
        case "scheduled_silent":
            return words("%(silence)s: scheduled visit", silence=_silence(words, stop.why_detail, stop.eta))
        case "scheduled_not_measurable":
            return words("sensor cannot measure: scheduled visit")
        case "scheduled_unsuitable":
            return words("the sensor does not suit this bin: scheduled visit")
        case "scheduled_no_sensor":
            return words("no sensor: scheduled visit")
        case "scheduled_no_forecast":
            return words("no forecast for this bin: scheduled visit")
        case "tip":
            return words("empty the vehicle")
        case "break":
            return words("break, wherever it suits")
        case "start":
            return words("start of the round")
        case "end":
            return words("end of the round")
    raise ValueError(f"no words for {stop.why}")


def why_not(words: Words, left: NotToday) -> str:
    """Why a bin is on none of the day's rounds."""
    detail = left.why_detail
    match left.why:
        case "cannot":
            return cannot(words, detail)
        case "not_worth_it" if "detour_pence" in detail:
            return _joined(
                _about_full(words, detail),
                words("the detour costs £%(cost)s and saves £%(worth)s", cost=_pounds(words, detail["detour_pence"]),
                      worth=_pounds(words, detail["worth_pence"])),
            )  # fmt: skip
        case "not_worth_it":
            return _joined(_about_full(words, detail), words("can wait"))
        case "visited_before":
            return _about_full(words, detail)
        case "recently_emptied":
            return words("emptied at %(moment)s", moment=words.moment(datetime.fromisoformat(detail["last_emptied_at"])))
        case "not_due":
            return words("no forecast for that day; its scheduled visit is not due (every %(days)s days)",
                         days=words.number(detail["visit_every_days"]))  # fmt: skip
        case "no_time":
            must_be = must(words, detail) if "must" in detail else ""
            return _joined(must_be, _about_full(words, detail), words("no time or no space left on any round"))
        case "outside_hours":
            return _joined(_about_full(words, detail), words("cannot be reached in its hours on any round"))
        case "unreachable":
            if "vehicles" in detail:
                return words(
                    "cannot be reached by %(vehicles)s: no street where they fit and may drive leads to it",
                    vehicles=", ".join(detail["vehicles"]),
                )
            return words("no street that a vehicle can use leads to it")
    raise ValueError(f"no words for {left.why}")


def window(words: Words, stop: PlannedStop) -> str:
    """In which hours the work at a stop must begin, or "" where it may at any hour."""
    if stop.window_from is None or stop.window_until is None:
        return ""
    start, end = words.time(stop.window_from), words.time(stop.window_until)
    if start == words("midnight"):
        return words("begin by %(end)s", end=end)
    if _is_late(stop.window_until):
        return words("not before %(start)s", start=start)
    return words("begin between %(start)s and %(end)s", start=start, end=end)


def again(words: Words, planned: PlannedRound) -> str:
    """That and why the plan is not the day's first, or ""."""
    if planned.version == 1:
        return ""
    because = planned.settings.get("asked_because")
    made = words("Planned again at %(moment)s", moment=words.moment(planned.planned_at))
    return f"{made}: {words(WHYS[because])}" if because in WHYS else made


def ahead(words: Words, planned: PlannedRound) -> str:
    """That the plan was made for a day to come, by forecasts of which time, and whether it is made again; or ""."""
    told = planned.settings.get("forecast_at")
    if told is None:
        return ""
    moment = words.moment(datetime.fromisoformat(told))
    if planned.planned_by != CLOCK:
        return words("Forecast from %(moment)s", moment=moment)
    at = words.time(datetime.combine(planned.service_date, REPLANS_AT, LONDON))
    return words("Forecast from %(moment)s; planned again at %(time)s", moment=moment, time=at)


def state(words: Words, name: str) -> str:
    """What became of a stop."""
    return {
        "open": words("to do"),
        "emptied": words("emptied"),
        "not_full": words("not full"),
        "overflowing": words("overflowing"),
        "cannot_reach": words("cannot reach"),
    }[name]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _about_full(words: Words, detail: dict[str, Any]) -> str:
    if "visit_before" in detail:
        day = datetime.fromisoformat(detail["visit_before"]).astimezone(LONDON).date()
        return words("a round visits it before, on %(day)s", day=words.day(day))
    if "then_low_pct" in detail:
        low, high = (words.percent(detail[each] / 100) for each in ("then_low_pct", "then_high_pct"))
        return words("%(low)s to %(high)s full by then", low=low, high=high)
    if "fill_pct" not in detail and "low_pct" in detail:
        low, high = (words.percent(detail[each] / 100) for each in ("low_pct", "high_pct"))
        return words("by its history %(low)s to %(high)s full", low=low, high=high)
    if "fill_pct" not in detail:
        return ""
    return words("full") if _is_full(detail) else words("about %(fill)s full", fill=words.percent(detail["fill_pct"] / 100))


def _full_by(words: Words, stop: PlannedStop) -> str:
    told = stop.why_detail.get("full_at")
    if told is None or _is_full(stop.why_detail) or "visit_before" in stop.why_detail:
        return ""
    full_at = datetime.fromisoformat(told).replace(minute=0)  # no forecast is good to the minute
    same_day = words.date(full_at) == words.date(stop.eta)
    return words("full by about %(time)s", time=words.time(full_at) if same_day else words.moment(full_at))


def _is_late(moment: datetime) -> bool:
    """Whether nothing of a day's work comes after it: in its last hour, or at its end."""
    return moment.astimezone(LONDON).hour in (23, 0)


def _is_full(detail: dict[str, Any]) -> bool:
    return bool(detail.get("fill_pct", 0) >= 100)


def _silence(words: Words, detail: dict[str, Any], at: datetime) -> str:
    if "observed_at" not in detail:
        return words("sensor has never reported")
    hours = round((at - datetime.fromisoformat(detail["observed_at"])).total_seconds() / 3600)
    if hours < HOURS_BEFORE_DAYS:
        return words.counted("sensor silent for %(n)s hour", "sensor silent for %(n)s hours", hours)
    return words.counted("sensor silent for %(n)s day", "sensor silent for %(n)s days", hours // 24)


def _pounds(words: Words, pence: float) -> str:
    return words.number(pence / 100, 2)
