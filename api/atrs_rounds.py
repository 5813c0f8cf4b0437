"""The transparency record of round planning: which bins are emptied when, and what a person may say to it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from api.pages.words import Words
from streets.bins.trees import AHEAD_H
from streets.rounds.demand import LIKELY_PROBABILITY, NEGLIGIBLE_PROBABILITY
from streets.store.transparency import Grown

if TYPE_CHECKING:
    from api.atrs import Live


def answers(live: "Live") -> dict[str, str]:
    """Every answer that what is live can give, by attribute."""
    figures, words = live.figures, live.words
    return {
        "title": words("%(name)s: planning of litter bin rounds", name=live.named.name),
        "organisation_name": live.named.name,
        "one_sentence_description": words(
            "Forecasts which litter bins will overflow and plans each day's collection rounds from it, for crews "
            "who carry them out."
        ),
        "name": words("Smart Streets: round planning"),
        "description": words(
            "Sensors in litter bins measure how full they are. The tool forecasts how likely each bin is to "
            "overflow before its next visit, weighs that against the cost of driving there, and proposes each "
            "vehicle's stops for the day. Bins without a usable figure are not taken for empty: they go by what "
            "is known of their past, or by their fixed schedule. Officers set what an overflow is worth, order "
            "single bins to be visited or left, and may plan again; crews decide at the bin. The tool decides "
            "about bins and streets, never about people."
        ),
        "website_url": f"{live.site}/transparency/{live.named.council}/rounds",
        "organisation_or_department": live.named.name,
        "detailed_description": words(
            "Each bin's readings become a fill in per cent. A forecast says when it will be full, with an "
            "interval that is meant to hold 80 per cent. A bin whose chance of overflowing is below "
            "%(negligible_probability)s is left out that day; from %(likely_probability)s on it is called likely "
            "full. A visit is worth the price of an overflow times that chance. A solver then chooses stops and "
            "their order so that worth less cost of driving and work is as high as it finds, within shifts, "
            "hours, the vehicle's capacity and tips. An independent check goes over every plan before it is "
            "shown, and each stop, and each bin left out, carries its reason. %(prices)s Out of scope: household "
            "collections, enforcement, and any decision about a person.",
            negligible_probability=words.percent(NEGLIGIBLE_PROBABILITY),
            likely_probability=words.percent(LIKELY_PROBABILITY),
            prices=_prices(live),
        ),
        "benefits": words(
            "Fewer visits to bins that are not full, fewer overflows, fewer kilometres. %(measured)s", measured=_measured(live)
        ),
        "previous_process": (
            words(
                "A fixed schedule: each bin every so many days, in the middle %(visit_every_days)s. The schedule is "
                "kept, and each day's rounds are compared with it.",
                visit_every_days=f"{figures.visit_every_days:g}",
            )
            if figures.visit_every_days is not None
            else words("A fixed schedule. No bins are registered yet.")
        ),
        "integration_into_broader_operational_process": words(
            "Rounds are planned each night and go to the crews' phones as a proposal that they carry out: a list "
            "of stops with reasons. Officers look at them, plan them again at another price, and give orders. "
            "Crews tell what they did and saw; that corrects emptyings, forecasts and the judgement of sensors. "
            "Nothing is driven without a crew."
        ),
        "human_review": words(
            "Officers may change the price of an overflow and the other prices, order that a bin must be visited "
            "(complaint, hazard, statutory interval) or cannot be (works), overrule the verdict on a sensor, and "
            "plan a day again. Crews may leave a bin that is not full, empty one that is on no round, report "
            "that one cannot be reached, and have the rest of their day planned again. In force now: "
            "%(bins_must)s bins that must be visited, %(bins_cannot)s that cannot be.",
            bins_must=figures.bins_must,
            bins_cannot=figures.bins_cannot,
        ),
        "frequency_and_scale_of_usage": words(
            "%(bins)s bins and %(vehicles)s vehicles. In the last 28 days: %(plans)s plans, of which crews asked "
            "for %(plans_of_crews)s; %(visits)s visits planned; %(taps)s answers of crews.",
            bins=figures.bins,
            vehicles=figures.vehicles,
            plans=figures.plans,
            plans_of_crews=figures.plans_of_crews,
            visits=figures.visits,
            taps=figures.taps,
        ),
        "system_architecture": words(
            "Sensors send to the council's LoRaWAN network; a broker hands messages to an ingest process, which "
            "keeps them in PostgreSQL. Jobs derive fills, emptyings, forecasts and verdicts; planning reads "
            "them, the street network and the fleet. Pages and an API show the result. Smart Streets "
            "%(software)s, open source.",
            software=live.software,
        ),
        "system_level_input": words(
            "Distances measured in bins; what crews tell; places, capacities, schedules and hours of bins; "
            "streets from OpenStreetMap; vehicles, shifts, depots and tips; the council's prices and orders."
        ),
        "system_level_output": words(
            "For each vehicle and day an ordered list of stops with times and reasons, and the list of bins left "
            "out with reasons, as pages, JSON, CSV, GeoJSON, GPX, iCalendar and print."
        ),
        "maintenance": words(
            "Trees are grown anew each week and used only where they beat the simpler rule on days they have not "
            "seen. Sensors are judged every fortnight. What is derived is compared with the readings each night. "
            "%(setting_age)s",
            setting_age=_setting_age(live),
        ),
        "models": words("Fill forecast; forecast by history; judgement of sensors; round planning."),
        "development_data_description": words(
            "The forecast learns from this council's own readings, fills and emptyings; nothing is learned from "
            "other councils' data. The other models have no parameters that were learned."
        ),
        "data_quantities": words(
            "Up to twelve weeks of hourly fills of the %(bins_measured)s bins that are measured now.",
            bins_measured=figures.bins_measured,
        ),
        "sensitive_attributes": words("None. The data are about bins. Crews' names are not used by any model."),
        "data_completeness_and_representativeness": words(
            "Of %(bins)s bins %(bins_measured)s are measured, %(bins_silent)s have a silent sensor, "
            "%(bins_unsuitable)s a sensor that does not suit them and has no vote, %(bins_not_measurable)s "
            "cannot be measured for another reason, and %(bins_without_sensor)s have no sensor or none that was "
            "heard.",
            bins=figures.bins,
            bins_measured=figures.bins_measured,
            bins_silent=figures.bins_silent,
            bins_unsuitable=figures.bins_unsuitable,
            bins_not_measurable=figures.bins_not_measurable,
            bins_without_sensor=figures.bins_without_sensor,
        ),
        "data_cleaning": words(
            "Echoes that cannot be the rubbish, impossible times and stuck sensors are set aside with their "
            "reasons, and listed at %(site)s/ledger.",
            site=live.site,
        ),
        "data_sources": words("Sensors in bins, crews' phones, the council's asset records, OpenStreetMap."),
        "operational_sensitive_attributes": words(
            "None about residents. Which crew's sign-in told of a stop is kept for the council's own officers."
        ),
        "data_processing_methods": words(
            "As described under the models; every figure carries its age, and what is not known says so."
        ),
        "data_access_and_storage": words(
            "Messages as received are deleted after %(raw_retention_days)s days. Fills, plans and savings are "
            "kept. Fills and savings are open data; rounds and crews' answers are seen by the council's crews "
            "and officers only.",
            raw_retention_days=live.raw_retention_days,
        ),
        "risks_and_mitigations": words(
            "A wrong or silent sensor leaves a bin overflowing: silence is noticed by each sensor's own rhythm, "
            "a sensor that does not suit its bin loses its vote, and such bins go by their past or their "
            "schedule. The dial is set so low that bins overflow: overflows stand beside every saving, ward by "
            "ward. Quiet wards are served less: figures by ward are public. Savings are overstated: what is not "
            "known counts as no saving. Crews are pressed by planned times: times are for the order of work, and "
            "crews may say that they are late and have the rest planned again."
        ),
    }


def models(live: "Live") -> tuple[dict[str, str], ...]:
    """The models, each by attribute."""
    words = live.words
    collections = {words("at the next collection"): live.collection_trees} if live.collection_trees else {}
    hours = ", ".join(str(each) for each in AHEAD_H)
    return (
        {
            "model_name": words("Fill forecast"),
            "model_version": _trees_version(live, live.trees),
            "model_task": words("How full each bin will be, and how likely it is to overflow before its next visit."),
            "model_input": words(
                "A bin's last fill, its rises by hour of the week, its slope, its emptyings, what it did before from "
                "like fills, and what the council's other bins did."
            ),
            "model_output": words("Fill and time of being full, each with an interval of 80 per cent, and a probability."),
            "model_architecture": words(
                "A rate by hour of the week run forward as a gamma process; the quantiles of a bin's own past rises "
                "from like fills (a kernel over the fill); and what gradient boosted trees of three quantiles add to "
                "them (scikit-learn) for %(hours)s hours ahead, with an interval put right on unseen days "
                "(conformalised quantile regression).",
                hours=hours,
            ),
            "model_performance": _trees_performance(
                words, {words("%(ahead_h)s hours ahead", ahead_h=each.ahead_h): each for each in live.trees}
            ),
            "datasets_and_their_purposes": words(
                "The council's hourly fills: older days for learning, the last week for choosing and for the interval."
            ),
        },
        {
            "model_name": words("Forecast by history"),
            "model_version": _trees_version(live, list(collections.values())),
            "model_task": words(
                "How full a bin is that no sensor speaks for now, and how likely it is to overflow before its next visit."
            ),
            "model_input": words(
                "Its last level before it fell silent and its habit, or what its collections found, and those of other bins."
            ),
            "model_output": words("A fill with an interval of 80 per cent, and a probability."),
            "model_architecture": words(
                "A silent bin: its habit run forward, mixed with the story that it was emptied unseen. Without a "
                "usable sensor: what it was found at after like waits, and gradient boosted trees (scikit-learn) "
                "where they come closer."
            ),
            "model_performance": _trees_performance(words, collections),
            "datasets_and_their_purposes": words(
                "What the council's crews found at collections: older ones for learning, later ones for choosing."
            ),
        },
        {
            "model_name": words("Judgement of sensors"),
            "model_version": f"Smart Streets {live.software}",
            "model_task": words("Whether a sensor suits its bin, so that its word counts."),
            "model_input": words("A fortnight of readings, losses and battery, and what crews found at the bin."),
            "model_output": words("Suits, with care, or does not suit, with reasons; one that does not loses its vote."),
            "model_architecture": words(
                "Rules with fixed thresholds, all of which are in the public source; an officer may overrule them."
            ),
            "model_performance": words(
                "Now without a vote: %(bins_unsuitable)s of %(bins)s bins.",
                bins_unsuitable=live.figures.bins_unsuitable,
                bins=live.figures.bins,
            ),
            "datasets_and_their_purposes": words("Nothing is learned from data."),
        },
        {
            "model_name": words("Round planning"),
            "model_version": live.solver,
            "model_task": words("Which bins to visit today, with which vehicle and in which order."),
            "model_input": words("Worth of each visit, travel times and distances, capacity, hours, shifts, orders."),
            "model_output": words(
                "Stops in order with times, checked independently, and what each bin left out would have cost."
            ),
            "model_architecture": words(
                "Prize-collecting vehicle routing by hybrid genetic search (PyVRP, open source). It maximises worth "
                "less cost; nothing else is weighted or ranked."
            ),
            "model_performance": _measured(live),
            "datasets_and_their_purposes": words("Nothing is learned from data."),
        },
    )


def _prices(live: "Live") -> str:
    setting, words = live.setting, live.words
    told = (
        words("In force since %(applies_from)s, set by an officer", applies_from=words.date(setting.applies_from))
        if setting.applies_from
        else words("In force are the assumptions of the software, since the council has set nothing yet")
    )
    return words(
        "%(told)s: £%(pence_per_overflow)s for an overflow (the dial), £%(pence_per_km)s a kilometre, "
        "£%(pence_per_hour)s an hour of a crew, %(service_s)s seconds at a bin.",
        told=told,
        pence_per_overflow=words.number(setting.pence_per_overflow / 100, 2),
        pence_per_km=words.number(setting.pence_per_km / 100, 2),
        pence_per_hour=words.number(setting.pence_per_hour / 100, 2),
        service_s=setting.service_s,
    )


def _setting_age(live: "Live") -> str:
    words = live.words
    if live.setting.set_at is None:
        return words("The prices have never been changed.")
    return words(
        "The prices were last changed by an officer on %(set_at)s (version %(settings_told)s).",
        set_at=words.date(live.setting.set_at),
        settings_told=live.settings_told,
    )


def _measured(live: "Live") -> str:
    month, words = live.month, live.words
    if month is None or month.days_counted == 0:
        return words("Not measured yet: no day of the savings ledger has been counted.")
    return words(
        "In %(month)s, on %(days_counted)s counted days: %(planned_visits)s visits where the schedule needed "
        "%(schedule_visits)s, and %(bin_days_overflowed)s of %(bin_days_measured)s measured days of bins "
        "overflowed (%(site)s/savings).",
        month=words.month(month.month),
        days_counted=month.days_counted,
        planned_visits=month.planned_visits,
        schedule_visits=month.schedule_visits,
        bin_days_overflowed=month.bin_days_overflowed,
        bin_days_measured=month.bin_days_measured,
        site=live.site,
    )


def _trees_version(live: "Live", grown: Sequence[Grown]) -> str:
    words = live.words
    used = [each.grown_at for each in grown if each.used]
    trees = words("trees grown on %(grown_at)s", grown_at=words.date(max(used))) if used else words("no trees in use")
    return f"Smart Streets {live.software}; {trees}"


def _trees_performance(words: Words, grown: Mapping[str, Grown]) -> str:
    told = [
        words(
            "%(what)s %(error_pct)s points of fill off, the simpler rule %(simple_error_pct)s",
            what=what,
            error_pct=words.number(each.error_pct, 1),
            simple_error_pct=words.number(each.simple_error_pct, 1),
        )
        for what, each in grown.items()
        if each.error_pct is not None and each.simple_error_pct is not None
    ]
    return (
        words("Mean error on what was not learned from: %(errors)s.", errors="; ".join(told))
        if told
        else words("Not measured yet: no trees are in use.")
    )
