"""The transparency record of round planning: which bins are emptied when, and what a person may say to it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from streets.bins.trees import AHEAD_H
from streets.rounds.demand import LIKELY_PROBABILITY, NEGLIGIBLE_PROBABILITY
from streets.store.transparency import Grown

if TYPE_CHECKING:
    from api.atrs import Live


def answers(live: "Live") -> dict[str, str]:
    """Every answer that what is live can give, by attribute."""
    figures = live.figures
    return {
        "title": f"{live.named.name}: planning of litter bin rounds",
        "organisation_name": live.named.name,
        "one_sentence_description": (
            "Forecasts which litter bins will overflow and plans each day's collection rounds from it, for crews who carry "
            "them out."
        ),
        "name": "Smart Streets: round planning",
        "description": (
            "Sensors in litter bins measure how full they are. The tool forecasts how likely each bin is to overflow before "
            "its next visit, weighs that against the cost of driving there, and proposes each vehicle's stops for the day. "
            "Bins without a usable figure are not taken for empty: they go by what is known of their past, or by their "
            "fixed schedule. Officers set what an overflow is worth, order single bins to be visited or left, and may plan "
            "again; crews decide at the bin. The tool decides about bins and streets, never about people."
        ),
        "website_url": f"{live.site}/transparency/{live.named.council}/rounds",
        "organisation_or_department": live.named.name,
        "detailed_description": (
            "Each bin's readings become a fill in per cent. A forecast says when it will be full, with an interval that is "
            f"meant to hold 80 per cent. A bin whose chance of overflowing is below {NEGLIGIBLE_PROBABILITY:.0%} is left out "
            f"that day; from {LIKELY_PROBABILITY:.0%} on it is called likely full. A visit is worth the price of an overflow "
            "times that chance. A solver then chooses stops and their order so that worth less cost of driving and work is "
            "as high as it finds, within shifts, hours, the vehicle's capacity and tips. An independent check goes over "
            f"every plan before it is shown, and each stop, and each bin left out, carries its reason. {_prices(live)} Out "
            "of scope: household collections, enforcement, and any decision about a person."
        ),
        "benefits": f"Fewer visits to bins that are not full, fewer overflows, fewer kilometres. {_measured(live)}",
        "previous_process": (
            f"A fixed schedule: each bin every so many days, in the middle {figures.visit_every_days:g}. The schedule is "
            "kept, and each day's rounds are compared with it."
            if figures.visit_every_days is not None
            else "A fixed schedule. No bins are registered yet."
        ),
        "integration_into_broader_operational_process": (
            "Rounds are planned each night and go to the crews' phones as a proposal that they carry out: a list of stops "
            "with reasons. Officers look at them, plan them again at another price, and give orders. Crews tell what they "
            "did and saw; that corrects emptyings, forecasts and the judgement of sensors. Nothing is driven without a crew."
        ),
        "human_review": (
            "Officers may change the price of an overflow and the other prices, order that a bin must be visited "
            "(complaint, hazard, statutory interval) or cannot be (works), overrule the verdict on a sensor, and plan a day "
            "again. Crews may leave a bin that is not full, empty one that is on no round, report that one cannot be "
            f"reached, and have the rest of their day planned again. In force now: {figures.bins_must} bins that must be "
            f"visited, {figures.bins_cannot} that cannot be."
        ),
        "frequency_and_scale_of_usage": (
            f"{figures.bins} bins and {figures.vehicles} vehicles. In the last 28 days: {figures.plans} plans, of which "
            f"crews asked for {figures.plans_of_crews}; {figures.visits} visits planned; {figures.taps} answers of crews."
        ),
        "system_architecture": (
            "Sensors send to the council's LoRaWAN network; a broker hands messages to an ingest process, which keeps them "
            "in PostgreSQL. Jobs derive fills, emptyings, forecasts and verdicts; planning reads them, the street network "
            f"and the fleet. Pages and an API show the result. Smart Streets {live.software}, open source."
        ),
        "system_level_input": (
            "Distances measured in bins; what crews tell; places, capacities, schedules and hours of bins; streets from "
            "OpenStreetMap; vehicles, shifts, depots and tips; the council's prices and orders."
        ),
        "system_level_output": (
            "For each vehicle and day an ordered list of stops with times and reasons, and the list of bins left out with "
            "reasons, as pages, JSON, CSV, GeoJSON, GPX, iCalendar and print."
        ),
        "maintenance": (
            "Trees are grown anew each week and used only where they beat the simpler rule on days they have not seen. "
            "Sensors are judged every fortnight. What is derived is compared with the readings each night. "
            f"{_setting_age(live)}"
        ),
        "models": "Fill forecast; forecast by history; judgement of sensors; round planning.",
        "development_data_description": (
            "The forecast learns from this council's own readings, fills and emptyings; nothing is learned from other "
            "councils' data. The other models have no parameters that were learned."
        ),
        "data_quantities": f"Up to twelve weeks of hourly fills of the {figures.bins_measured} bins that are measured now.",
        "sensitive_attributes": "None. The data are about bins. Crews' names are not used by any model.",
        "data_completeness_and_representativeness": (
            f"Of {figures.bins} bins {figures.bins_measured} are measured, {figures.bins_silent} have a silent sensor, "
            f"{figures.bins_unsuitable} a sensor that does not suit them and has no vote, {figures.bins_not_measurable} "
            f"cannot be measured for another reason, and {figures.bins_without_sensor} have no sensor or none that was heard."
        ),
        "data_cleaning": (
            "Echoes that cannot be the rubbish, impossible times and stuck sensors are set aside with their reasons, and "
            f"listed at {live.site}/ledger."
        ),
        "data_sources": "Sensors in bins, crews' phones, the council's asset records, OpenStreetMap.",
        "operational_sensitive_attributes": (
            "None about residents. Which crew's sign-in told of a stop is kept for the council's own officers."
        ),
        "data_processing_methods": "As described under the models; every figure carries its age, and what is not known says so.",
        "data_access_and_storage": (
            f"Messages as received are deleted after {live.raw_retention_days} days. Fills, plans and savings are kept. "
            "Fills and savings are open data; rounds and crews' answers are seen by the council's crews and officers only."
        ),
        "risks_and_mitigations": (
            "A wrong or silent sensor leaves a bin overflowing: silence is noticed by each sensor's own rhythm, a sensor "
            "that does not suit its bin loses its vote, and such bins go by their past or their schedule. The dial is set "
            "so low that bins overflow: overflows stand beside every saving, ward by ward. Quiet wards are served less: "
            "figures by ward are public. Savings are overstated: what is not known counts as no saving. Crews are pressed "
            "by planned times: times are for the order of work, and crews may say that they are late and have the rest "
            "planned again."
        ),
    }


def models(live: "Live") -> tuple[dict[str, str], ...]:
    """The models, each by attribute."""
    collections = {"at the next collection": live.collection_trees} if live.collection_trees else {}
    hours = ", ".join(str(each) for each in AHEAD_H)
    return (
        {
            "model_name": "Fill forecast",
            "model_version": _trees_version(live, live.trees),
            "model_task": "How full each bin will be, and how likely it is to overflow before its next visit.",
            "model_input": (
                "A bin's last fill, its rises by hour of the week, its slope, its emptyings, what it did before from like fills, "
                "and what the council's other bins did."
            ),
            "model_output": "Fill and time of being full, each with an interval of 80 per cent, and a probability.",
            "model_architecture": (
                "A rate by hour of the week run forward as a gamma process; the quantiles of a bin's own past rises from like "
                "fills (a kernel over the fill); and what gradient boosted trees of three quantiles add to them "
                f"(scikit-learn) for {hours} hours ahead, with an interval put right on unseen days (conformalised quantile "
                "regression)."
            ),
            "model_performance": _trees_performance({f"{each.ahead_h} hours ahead": each for each in live.trees}),
            "datasets_and_their_purposes": (
                "The council's hourly fills: older days for learning, the last week for choosing and for the interval."
            ),
        },
        {
            "model_name": "Forecast by history",
            "model_version": _trees_version(live, list(collections.values())),
            "model_task": (
                "How full a bin is that no sensor speaks for now, and how likely it is to overflow before its next visit."
            ),
            "model_input": (
                "Its last level before it fell silent and its habit, or what its collections found, and those of other bins."
            ),
            "model_output": "A fill with an interval of 80 per cent, and a probability.",
            "model_architecture": (
                "A silent bin: its habit run forward, mixed with the story that it was emptied unseen. Without a usable "
                "sensor: what it was found at after like waits, and gradient boosted trees (scikit-learn) where they come "
                "closer."
            ),
            "model_performance": _trees_performance(collections),
            "datasets_and_their_purposes": (
                "What the council's crews found at collections: older ones for learning, later ones for choosing."
            ),
        },
        {
            "model_name": "Judgement of sensors",
            "model_version": f"Smart Streets {live.software}",
            "model_task": "Whether a sensor suits its bin, so that its word counts.",
            "model_input": "A fortnight of readings, losses and battery, and what crews found at the bin.",
            "model_output": "Suits, with care, or does not suit, with reasons; one that does not loses its vote.",
            "model_architecture": (
                "Rules with fixed thresholds, all of which are in the public source; an officer may overrule them."
            ),
            "model_performance": f"Now without a vote: {live.figures.bins_unsuitable} of {live.figures.bins} bins.",
            "datasets_and_their_purposes": "Nothing is learned from data.",
        },
        {
            "model_name": "Round planning",
            "model_version": live.solver,
            "model_task": "Which bins to visit today, with which vehicle and in which order.",
            "model_input": "Worth of each visit, travel times and distances, capacity, hours, shifts, orders.",
            "model_output": "Stops in order with times, checked independently, and what each bin left out would have cost.",
            "model_architecture": (
                "Prize-collecting vehicle routing by hybrid genetic search (PyVRP, open source). It maximises worth less "
                "cost; nothing else is weighted or ranked."
            ),
            "model_performance": _measured(live),
            "datasets_and_their_purposes": "Nothing is learned from data.",
        },
    )


def _prices(live: "Live") -> str:
    setting = live.setting
    told = (
        f"In force since {setting.applies_from:%-d %B %Y}, set by an officer"
        if setting.applies_from
        else "In force are the assumptions of the software, since the council has set nothing yet"
    )
    return (
        f"{told}: £{setting.pence_per_overflow / 100:,.2f} for an overflow (the dial), £{setting.pence_per_km / 100:,.2f} a "
        f"kilometre, £{setting.pence_per_hour / 100:,.2f} an hour of a crew, {setting.service_s} seconds at a bin."
    )


def _setting_age(live: "Live") -> str:
    if live.setting.set_at is None:
        return "The prices have never been changed."
    return f"The prices were last changed by an officer on {live.setting.set_at:%-d %B %Y} (version {live.settings_told})."


def _measured(live: "Live") -> str:
    month = live.month
    if month is None or month.days_counted == 0:
        return "Not measured yet: no day of the savings ledger has been counted."
    return (
        f"In {month.month:%B %Y}, on {month.days_counted} counted days: {month.planned_visits} visits where the schedule "
        f"needed {month.schedule_visits}, and {month.bin_days_overflowed} of {month.bin_days_measured} measured days of bins "
        f"overflowed ({live.site}/savings)."
    )


def _trees_version(live: "Live", grown: Sequence[Grown]) -> str:
    used = [each.grown_at for each in grown if each.used]
    trees = f"trees grown on {max(used):%-d %B %Y}" if used else "no trees in use"
    return f"Smart Streets {live.software}; {trees}"


def _trees_performance(grown: Mapping[str, Grown]) -> str:
    told = [
        f"{what} {each.error_pct:.1f} points of fill off, the simpler rule {each.simple_error_pct:.1f}"
        for what, each in grown.items()
        if each.error_pct is not None and each.simple_error_pct is not None
    ]
    return f"Mean error on what was not learned from: {'; '.join(told)}." if told else "Not measured yet: no trees are in use."
