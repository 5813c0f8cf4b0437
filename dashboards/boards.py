"""One board per strand, and one for the journey of the messages. `BOARDS` names them all."""

from collections.abc import Callable

from grafana_foundation_sdk.builders.dashboard import Dashboard, QueryVariable
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh

from dashboards.panels import chart_map, curve, listing, number
from dashboards.query import DATASOURCE, Query


def _board(uid: str, title: str, description: str, since: str) -> Dashboard:
    return (
        Dashboard(title)
        .uid(f"streets-{uid}")
        .description(description)
        .tags(["smart-streets"])
        .timezone("Europe/London")
        .time(since, "now")
        .refresh("5m")
        .readonly()
    )


def _choice(name: str, label: str, query: str) -> QueryVariable:
    return (
        QueryVariable(name)
        .label(label)
        .datasource(DATASOURCE)
        .query(Query(query, "table").raw_sql)
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
        .multi(True)
        .include_all(True)
        .current(VariableOption(text="All", value="$__all"))
    )


def bins() -> Dashboard:
    """How full the bins are, which are not known, and what the rounds did."""
    return (
        _board("bins", "Bins", "Fill, what is not known, emptyings and rounds", "now-7d")
        .with_variable(_choice("ward", "Ward", "ward_choice"))
        .with_panel(listing(1, "Bins by state", "bins/states", width=8))
        .with_panel(curve(2, "Fill over time", "bins/fill_over_time", "percent", width=16))
        .with_panel(listing(3, "Likeliest to be full within 24 hours", "bins/fullest"))
        .with_panel(listing(4, "Fill not known, and why", "bins/not_known"))
        .with_panel(curve(5, "Emptyings per day", "bins/emptyings", "short", width=12))
        .with_panel(curve(6, "Rounds per day", "bins/rounds", "short", width=12))
        .with_panel(chart_map(7, "Bins with a known fill", "bins/map", "percent", width=24))
    )


def footfall() -> Dashboard:
    """How many people pass, and how much of that was counted."""
    return (
        _board("footfall", "Footfall", "People per hour, and the coverage behind each figure", "now-14d")
        .with_variable(_choice("place", "Place", "place_choice"))
        .with_panel(curve(1, "People per hour", "footfall/people", "short"))
        .with_panel(curve(2, "Coverage of each hour", "footfall/coverage", "percentunit", width=12))
        .with_panel(listing(3, "Counters by last hour heard", "footfall/last_heard", width=12))
        .with_panel(listing(4, "Mean people per weekday and hour", "footfall/weekday"))
        .with_panel(curve(5, "Estimated part of each hour", "footfall/estimated", "percentunit", width=12))
        .with_panel(listing(6, "Hours not known, and why", "footfall/gaps", width=12))
        .with_panel(listing(7, "What totals tell of counters", "footfall/findings"))
    )


def potholes() -> Dashboard:
    """Published sites, and how many are held back."""
    return (
        _board("potholes", "Potholes", "Sites that at least three distinct reporters felt", "now-90d")
        .with_variable(_choice("ward", "Ward", "ward_choice"))
        .with_panel(listing(1, "Published sites", "potholes/sites"))
        .with_panel(chart_map(2, "Published sites on the map", "potholes/map", "accG"))
        .with_panel(listing(3, "Sites not published, and why", "potholes/withheld", width=12))
        .with_panel(curve(4, "Sites by the day first felt", "potholes/found", "short"))
    )


def journey() -> Dashboard:
    """What became of every message."""
    return (
        _board("journey", "Journey of messages", "Received = stored + duplicate + rejected, and why", "now-30d")
        .with_panel(number(1, "Messages unexplained", "journey/balance"))
        .with_panel(curve(2, "Messages per day", "journey/messages", "short", width=18))
        .with_panel(listing(3, "Rejects by reason", "journey/rejects", width=12))
        .with_panel(listing(4, "Jobs", "journey/jobs", width=12))
    )


def ledger() -> Dashboard:
    """What was sent, what came, and what is missing."""
    return (
        _board(
            "ledger",
            "Ledger",
            "Sent = heard + missing by day of sending; received = stored + duplicate + rejected by receipt",
            "now-30d",
        )
        .with_panel(number(1, "Messages unexplained", "ledger/unexplained"))
        .with_panel(curve(2, "Missing per day", "ledger/missing", "short", width=18))
        .with_panel(curve(3, "Missing, share of sent", "ledger/missing_share", "percentunit", width=12))
        .with_panel(curve(4, "Refused per day, by reason", "ledger/reasons", "short", width=12))
        .with_panel(listing(5, "Days and networks", "ledger/days"))
    )


def devices() -> Dashboard:
    """How the devices are, and their alarms."""
    return (
        _board("devices", "Devices", "Alarms, and what is silent, ending, stuck or lost", "now-30d")
        .with_panel(number(1, "Alarms that go on", "devices/alarms_on"))
        .with_panel(listing(2, "Devices by what is wrong", "devices/troubles", width=18))
        .with_panel(listing(3, "Alarms", "devices/alarms"))
        .with_panel(listing(4, "Devices with something wrong", "devices/troubled"))
        .with_panel(listing(5, "Batteries by their expected end", "devices/batteries", width=12))
        .with_panel(listing(6, "Messages lost and looks of no use, seven days", "devices/shares", "percentunit", width=12))
    )


def savings() -> Dashboard:
    """What the rounds saved, and what overflowed beside it."""
    return (
        _board("savings", "Savings", "Rounds beside the schedule they replace, and the bins that overflowed", "now-90d")
        .with_panel(curve(1, "Visits", "savings/visits", "short", width=12))
        .with_panel(curve(2, "Kilometres", "savings/kilometres", "lengthkm", width=12))
        .with_panel(curve(3, "Bins that overflowed", "savings/overflows", "percentunit", width=12))
        .with_panel(listing(4, "Days counted, and why others are not", "savings/days", width=12))
    )


BOARDS: dict[str, Callable[[], Dashboard]] = {
    "bins": bins,
    "footfall": footfall,
    "potholes": potholes,
    "journey": journey,
    "ledger": ledger,
    "devices": devices,
    "savings": savings,
}


def board_json(name: str) -> str:
    """The board as Grafana reads it, indented. Raises KeyError where there is no board of that name."""
    return JSONEncoder(sort_keys=True, indent=2).encode(BOARDS[name]().build())
