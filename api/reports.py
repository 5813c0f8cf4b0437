"""What a phone or a person reports, on its way to the broker: whose council it is, and by which token.

The reporter token is an HMAC of the random number that the phone made for itself, under a secret that is drawn for each week
and deleted a week after it: so one phone is one reporter within a week, and nobody, not even we, can join its weeks. A report
without such a number gets its sender's address in its place, which is kept nowhere. The week is that of the event.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from api.address_limit import household
from api.broker import Gateway
from api.problems import Problem
from streets.potholes.evidence import TOLD_WITHIN, week_start
from streets.store import potholes, wards
from streets.store.database import Connection
from streets.wards.locate import locate

TOKEN_DIGITS = 16
CLOCK_SKEW = timedelta(minutes=15)


def refused(field: str, why: str) -> Problem:
    """The 422 for one field, in the form of the others."""
    return Problem(422, "invalid", f"body.{field}: {why}", members={"errors": [{"where": f"body.{field}", "what": why}]})


def check_recent(field: str, of: datetime, at: datetime) -> None:
    """Raises Problem where the time lies ahead, or longer back than reports are taken."""
    if of > at + CLOCK_SKEW:
        raise refused(field, f"{of.isoformat()} lies in the future: it is now {at.isoformat(timespec='seconds')}")
    if week_start(of) < week_start(at - TOLD_WITHIN):
        raise refused(field, "is too long ago: reports are taken from this week and the one before")


def council_at(conn: Connection, lat: float, lon: float, said: str | None) -> str:
    """The council whose wards hold the point. Raises Problem where none does, or another than the report says."""
    boundaries = wards.boundaries(conn)
    if said is not None and said not in boundaries:
        raise refused("council", f"{said} takes no reports here; leave it out and the position decides")
    asked = boundaries if said is None else {said: boundaries[said]}
    for council, areas in sorted(asked.items()):
        if locate(lat, lon, areas) is not None:
            return council
    raise refused("lat", f"{lat}, {lon} lies outside " + ("every council that takes reports here" if said is None else said))


def known_council(conn: Connection, said: str) -> str:
    """The council. Raises Problem where it is none of ours."""
    if said not in wards.boundaries(conn):
        raise refused("council", f"{said} takes no reports here")
    return said


def token_of(conn: Connection, reporter: str | None, address: str, of: datetime) -> str:
    """The reporter's token in the week of `of`."""
    salt = potholes.weekly_salt(conn, week_start(of), secrets.token_bytes(32))
    identity = f"phone/{reporter}" if reporter else f"address/{household(address)}"
    return hmac.new(salt, identity.encode(), "sha256").hexdigest()[:TOKEN_DIGITS]


def publish(gateway: Gateway, council: str, token: str, kind: str, reading: Mapping[str, object]) -> None:
    """Hand one reading to the broker; return when it has it. Raises BrokerAway."""
    told = {name: value for name, value in reading.items() if value is not None}
    gateway.publish(f"streets/v1/{council}/phone/{token}/{kind}", json.dumps(told).encode())
