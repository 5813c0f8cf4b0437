"""`/officer/health`: how the council's devices are. Alarms first, then what is silent, ending, stuck or lost, with what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.asked import RecordId
from api.context import Conn, Now
from api.disagreement_words import WHATS, figures_of
from api.health import DISPUTED, PAST_ALARMS, acknowledge
from api.health_words import ALARMS, TROUBLES, battery, known_of
from api.pages import render
from api.pages.words import Words
from api.paging import PageNumber, paged
from api.round_faces import PRIVATE
from api.who import Officer
from streets.health.scales import is_flat
from streets.health.troubles import battery_ends
from streets.store import alarms, emptyings, health
from streets.store.alarms import Alarm
from streets.store.database import Connection
from streets.store.health import DeviceHealth

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Section:
    """What device_health.html tells on a device's own page. `known` is None where the device stands nowhere."""

    known: DeviceHealth | None
    alarms: list[Alarm]
    words: Words

    alarm_words: ClassVar = ALARMS
    trouble_words: ClassVar = TROUBLES

    def known_of(self, known: DeviceHealth, trouble: str) -> str:
        """The figures behind a trouble, had it or not."""
        return known_of(self.words, known, trouble)

    def battery(self, known: DeviceHealth) -> str:
        """What is known of the battery."""
        return battery(self.words, known)


def section(request: Request, conn: Connection, council: str, device: str, at: datetime) -> Section:
    """How a device of the council is, for its own page: `{{ device_health(section) }}` of device_health.html."""
    known = next(iter(health.devices(conn, council, at, device)), None)
    return Section(known, alarms.alarms(conn, council, at - PAST_ALARMS, device), render.words(request))


Weeks = Literal["4", "8", "13", "26"]
WEEKS: tuple[Weeks, ...] = ("4", "8", "13", "26")


ListName = Literal[
    "alarms", "never_heard", "silent", "battery", "stuck", "echoes", "loss", "disagreements", "past"
]  # fmt: skip


def address(weeks: Weeks, name: str, number: int) -> str:
    """The path of one list alone, from some page on."""
    return f"/officer/health?{urlencode({'list': name, 'weeks': weeks, 'page': number})}"


@router.get("/officer/health")
def show(
    request: Request,
    conn: Conn,
    caller: Officer,
    at: Now,
    weeks: Annotated[Weeks, Query()] = "8",
    only: Annotated[ListName | None, Query(alias="list")] = None,
    page: PageNumber = 1,
) -> Response:
    """Alarms, then every trouble with its devices; or one list alone. `weeks`: whose batteries end within so many."""
    devices, words = health.devices(conn, caller.council, at), render.words(request)
    lists = _lists(conn, caller.council, at, devices, timedelta(weeks=int(weeks)))
    values: dict[str, Any] = {
        "lists": {name: paged(found, page if only else 1) for name, found in lists.items()},
        "only": only,
        "addresses": {name: partial(address, weeks, name) for name in lists},
        "devices": len(devices),
        "well": sum(not one.troubles for one in devices if one.learned_at),
        "unlearned": sum(one.learned_at is None for one in devices),
        "weeks": weeks,
        "weeks_offered": WEEKS,
        "alarm_words": ALARMS,
        "trouble_words": TROUBLES,
        "known_of": lambda known, trouble: known_of(words, known, trouble),
        "disputed_days": DISPUTED.days,
        "dispute_words": WHATS,
        "figures_of": lambda one: figures_of(words, one),
    }
    response = render.page(request, "health.html", **values)
    response.headers.update(PRIVATE)
    return response


def _lists(
    conn: Connection, council: str, at: datetime, devices: list[DeviceHealth], battery_within: timedelta
) -> dict[str, Sequence[Any]]:
    """Every list of the page, whole, by its name."""
    told = alarms.alarms(conn, council, at - PAST_ALARMS)
    return {
        "alarms": [one for one in told if one.ended_at is None and not one.late],
        **{name: _with(devices, name, at + battery_within) for name in TROUBLES},
        "disagreements": emptyings.disagreements(conn, council, at - DISPUTED),
        "past": [one for one in told if one.ended_at is not None or one.late],
    }


@router.post("/officer/health/alarms/{alarm_id}/acknowledgement")
def add_acknowledgement(request: Request, alarm_id: RecordId, conn: Conn, caller: Officer, at: Now) -> Response:
    """Note who has seen an alarm; then the list again."""
    acknowledge(conn, caller, alarm_id, at)
    return render.see_other(request, "/officer/health")


def _with(devices: list[DeviceHealth], trouble: str, battery_until: datetime) -> list[DeviceHealth]:
    """The devices with a trouble, those first that have had it longest; of batteries those that end first."""
    if trouble != "battery":
        return sorted((one for one in devices if trouble in one.troubles), key=lambda one: (one.since[trouble], one.device))
    ending = (
        one
        for one in devices
        if is_flat(one.battery_pct, one.battery_mv) or battery_ends(one.battery_low, one.battery_flat_at, battery_until)
    )
    return sorted(ending, key=lambda one: (one.battery_flat_at or battery_until, one.device))
