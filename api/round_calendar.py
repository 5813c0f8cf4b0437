"""Rounds as iCalendar (RFC 5545): one event a round, which a later version of the plan replaces by its UID and SEQUENCE."""

from datetime import UTC
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from api.faces import speakable
from api.pages.words import Words
from api.round_faces import summary
from api.round_sheet import SeenStop, Sheet
from api.round_words import why

# RFC 7986 asks for a UUID that says nothing of where it was made.
EVENTS = UUID("c1f5a0de-5a9e-4d61-9b41-2f5f1d0f7b7e")


def ics(seen: list[Sheet], site: str) -> str:
    """A calendar of rounds with the stops in order as their description; `site` is the public address of this service."""
    calendar = Calendar()
    calendar.add("prodid", "-//Smart Streets//Rounds//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for each in seen:
        calendar.add_component(_event(each, site))
    return speakable(calendar.to_ical().decode())


def _event(seen: Sheet, site: str) -> Event:
    """One round. The same vehicle and day always give the same UID."""
    words, planned, start = Words("en"), seen.round, seen.stops[0].plan
    bins = summary(seen)["bins"]
    event = Event()
    event.add("uid", str(uuid5(EVENTS, f"{planned.council}/{planned.service_date}/{planned.vehicle_id}")))
    event.add("sequence", planned.version)
    event.add("dtstamp", planned.planned_at.astimezone(UTC))
    event.add("last-modified", planned.planned_at.astimezone(UTC))
    event.add("dtstart", planned.starts_at.astimezone(UTC))
    event.add("dtend", planned.ends_at.astimezone(UTC))
    work = f"{bins} {'bin' if bins == 1 else 'bins'}" if planned.distance_m else words("stays at the depot")
    event.add("summary", f"{planned.vehicle_name}: {work}")
    event.add("location", start.name)
    event.add("geo", (round(start.lat, 6), round(start.lon, 6)))
    event.add("url", f"{site}/crew/rounds/{planned.round_id}")
    event.add("description", "\n".join(_line(words, stop) for stop in seen.work))
    return event


def _line(words: Words, stop: SeenStop) -> str:
    return f"{stop.number}. {words.time(stop.plan.eta)} {stop.plan.name}: {why(words, stop.plan)}"
