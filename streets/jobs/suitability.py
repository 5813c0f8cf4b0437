"""Report on each installation's fortnight whether its sensor suits the bin, and offer what its record should say."""

from datetime import UTC, datetime, time, timedelta

from streets.bins.visits import Tap
from streets.store import offers, suitability
from streets.store.database import Connection, Database
from streets.store.offers import Offer
from streets.store.suitability import Due, FrameDay
from streets.suitability.fortnight import DAYS, Fortnight, Said, levels_of
from streets.suitability.learning import Learned, is_news, learn_empty, learn_full
from streets.suitability.verdict import figures_of, verdict_of, vote_after

FORTNIGHT = timedelta(days=DAYS)
EVERY = timedelta(days=7)
LEARNED_FROM = timedelta(weeks=8)
"""Fortnights that ended longer ago are not looked at, and records are learned from readings since then."""
AT_ONCE = 100
"""Installations judged in one run: other jobs wait no longer than some seconds."""


def report(db: Database, at: datetime) -> str:
    """Judge the fortnights that have ended, installation by installation, each in a transaction of its own."""
    with db.transaction() as conn:
        offers.withdraw_outdated(conn, at)
        waiting = suitability.due(conn, at, at - LEARNED_FROM, AT_ONCE)
    written = 0
    for one in waiting:
        with db.transaction() as conn:
            written += report_on(conn, one, at)
    return f"{written} reports on {len(waiting)} sensors"


def report_on(conn: Connection, one: Due, at: datetime) -> int:
    """Report on an installation's fortnights that have ended, in their order, then offer what was learned; return how many."""
    ends = ends_of(one, at)
    if not ends:
        return 0
    since = max(one.valid_from, min(ends[0] - FORTNIGHT, ends[-1] - LEARNED_FROM))
    said = suitability.said(conn, one.device_id, since, ends[-1])
    taps = suitability.taps(conn, one.bin_id, since, ends[-1])
    days = suitability.frame_days(conn, one.device, since.astimezone(UTC).date(), ends[-1].astimezone(UTC).date())
    vote = one.vote
    for ends_at in ends:
        figures = figures_of(_fortnight(one, ends_at, said, taps, days))
        verdict = verdict_of(figures, trusted=vote)
        before, vote = vote, vote_after(verdict.verdict, vote)
        suitability.keep_report(conn, one.installation_id, ends_at, at, figures, verdict, trusted=before, vote=vote)
    if one.valid_to is None or one.valid_to > at:
        _offer(conn, one, said, taps, at)
    return len(ends)


def ends_of(one: Due, at: datetime) -> list[datetime]:
    """When the fortnights to be judged ended: a fortnight after the version began, and every week from then on."""
    first = one.valid_from + FORTNIGHT if one.reported_until is None else one.reported_until + EVERY
    skipped = max(0, -((first - (at - LEARNED_FROM)) // EVERY))
    until = at if one.valid_to is None else min(at, one.valid_to)
    first += skipped * EVERY
    return [first + week * EVERY for week in range((until - first) // EVERY + 1)]


def _fortnight(one: Due, ends_at: datetime, said: list[Said], taps: list[Tap], days: list[FrameDay]) -> Fortnight:
    starts_at = ends_at - FORTNIGHT
    starts_s, ends_s = starts_at.timestamp(), ends_at.timestamp()
    counted = [each for each in days if starts_at <= datetime.combine(each.day, time(), UTC) < ends_at]
    return Fortnight(
        ends_s=ends_s,
        mount=one.mount,
        report_every_s=one.report_every_s,
        said=tuple(each for each in said if starts_s <= each.at_s < ends_s),
        taps=tuple(each for each in taps if starts_s <= each.at_s < ends_s),
        heard=sum(each.heard for each in counted) if counted else None,
        missing=sum(each.missing for each in counted) if counted else None,
        spoke_before=bool(said) and said[0].at_s < starts_s,
    )


def _offer(conn: Connection, one: Due, said: list[Said], taps: list[Tap], at: datetime) -> None:
    """Offer what the readings say of the record; withdraw what they no longer say, and leave out what an officer refused."""
    levels = levels_of(said, one.mount)
    learned = {"empty_mm": learn_empty(levels, levels.emptyings(), one.mount), "full_mm": learn_full(levels, taps, one.mount)}
    past = offers.offers(conn, one.installation_id)
    for what, found in learned.items():
        refused = [each.learned_mm for each in past if each.what == what and each.state == "refused"]
        if found is not None and is_news(found, refused, one.mount):
            _offer_once(conn, one, found, past, at)
        else:
            offers.withdraw(conn, one.installation_id, what, at)


def _offer_once(conn: Connection, one: Due, found: Learned, past: list[Offer], at: datetime) -> None:
    """Offer it unless much the same is offered already: an officer looks at figures that stand."""
    standing = [each.learned_mm for each in past if each.what == found.what and each.state == "open"]
    if not standing or is_news(found, standing, one.mount):
        offers.make(conn, one.installation_id, found, at)
