"""Whether a sensor suits its bin: each figure of a fortnight held against two marks, and what follows for its vote.

Beyond the first mark the sensor wants care; beyond the second its word is worth less than the schedule's. Sensors are good for
quarters (a study of three German waste companies found no more), so a mark is where quarters go wrong. A sensor that has
failed must come back half of the way between its two marks before it passes, so that it does not flap (Schmitt 1938).
"""

from collections.abc import Callable
from dataclasses import dataclass

from streets.bins.fill import Mount
from streets.suitability.crews import Agreement, Checks, agreement_of
from streets.suitability.echoes import Echoes, echoes_of
from streets.suitability.fortnight import DAY_S, Fortnight, levels_of
from streets.suitability.hearing import Hearing, hearing_of

SUITS, WITH_CARE, SUITS_NOT, NOT_KNOWN = "suits", "suits_with_care", "does_not_suit", "not_known_yet"
VERDICTS = (SUITS, WITH_CARE, SUITS_NOT, NOT_KNOWN)

LEAST_DAYS = 7
"""Days with a word, of fourteen: every weekday once."""
LEAST_READINGS = 48
"""The deviation of so few is known to a seventh (1.17 / sqrt(2 n) of itself for a median deviation)."""
LEAST_CHECKS = 4
"""Two crews may have tapped the wrong quarter; a sensor is not failed by fewer visits than this."""
BESIDE_BLIND_ZONE_MM = 25
"""Two deviations of an ordinary sensor's noise: where full is nearer to the blind zone, a full bin is not measurable."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is known of one installation's fortnight."""

    mount: Mount
    echoes: Echoes
    hearing: Hearing
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure with its marks, and why they lie there. `fails` None: the figure alone never takes the vote."""

    reason: str
    figure: Callable[[Figures], float | None]
    care: float
    fails: float | None
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One of VERDICTS. `failed` and `cares` name the marks passed; for not_known_yet `failed` says what is lacking."""

    verdict: str
    failed: tuple[str, ...]
    cares: tuple[str, ...]


def _checked(checks: Checks) -> float | None:
    return checks.surely_wrong if checks.n >= LEAST_CHECKS else None


def _thin_share(figures: Figures) -> float | None:
    hearing = figures.hearing
    return hearing.days_thin / hearing.days_between if hearing.days_between else None


MARKS = (
    Mark("invalid_echoes", lambda it: it.echoes.invalid_share, 0.1, 0.5,
         "a level rests on the last three reports: with half of them invalid one moment in eight has none"),
    Mark("too_near", lambda it: it.echoes.near_share, 0.25, 0.5, "as invalid echoes; but a bin may be overfull for some days"),
    Mark("tilted", lambda it: it.echoes.tilted_share, 0.1, 0.5, "as invalid echoes"),
    Mark("wrong_record", lambda it: it.echoes.outside_share, 0.1, 0.5,
         "fills below -20 or above 130 per cent half of the time are the record's or the mounting's fault"),
    Mark("jitter", lambda it: it.echoes.jitter_pct, 6.0, 12.5,
         "half a quarter is two deviations at the first mark (1 reading in 25 in the wrong quarter), one at the second (1 in 3)"),
    Mark("strays", lambda it: it.echoes.stray_share, 0.05, 0.15,
         "two of three readings stray 3p^2 - 2p^3 of the time: 1 in 140 at the first mark, 1 in 17 at the second"),
    Mark("wanders", lambda it: it.echoes.wander_pct_a_day, 12.5, 25.0,
         "half a quarter, or a quarter, of the bin goes away each day without anybody emptying it"),
    Mark("stuck", lambda it: it.echoes.same_share, 0.25, 0.5, "real echoes differ by a millimetre or two even in an idle bin"),
    Mark("crew_disagrees", lambda it: _checked(it.agreement.fills), 0.1, 0.25,
         "surely more than a quarter apart at one visit in ten, or in four"),
    Mark("emptyings_unseen", lambda it: _checked(it.agreement.emptyings), 0.1, 0.25, "as crews' fills"),
    Mark("false_emptyings", lambda it: _checked(it.agreement.left), 0.1, 0.25, "as crews' fills"),
    Mark("seldom_heard", _thin_share, 0.2, 0.5, "an emptying cannot be seen on a day with fewer than four readings"),
    Mark("frames_lost", lambda it: it.hearing.loss_share, 0.1, None, "what is lost takes no vote while days are full enough"),
    Mark("silences", lambda it: it.hearing.longest_silence_s / DAY_S, 1.0, None, "a silent bin goes by its schedule already"),
    Mark("battery", lambda it: it.hearing.battery_lost_pct, 4.0, None, "four points in a fortnight: empty within a year"),
    Mark("full_in_blind_zone", lambda it: it.mount.blind_zone_mm + BESIDE_BLIND_ZONE_MM - it.mount.full_mm, 1.0, None,
         "two deviations of ordinary noise must lie between the two"),
)  # fmt: skip


def figures_of(fortnight: Fortnight) -> Figures:
    """Reckon one installation's fortnight."""
    levels = levels_of(fortnight.said, fortnight.mount)
    emptyings = levels.emptyings()
    return Figures(
        mount=fortnight.mount,
        echoes=echoes_of(levels, fortnight.mount, emptyings),
        hearing=hearing_of(fortnight),
        agreement=agreement_of(fortnight, levels, emptyings),
    )


def verdict_of(figures: Figures, trusted: bool) -> Verdict:
    """The verdict on these figures. `trusted` False: it failed before, and must pass the stricter marks."""
    failed = tuple(mark.reason for mark in MARKS if _beyond(mark, figures, _fails_at(mark, trusted)))
    cares = tuple(mark.reason for mark in MARKS if mark.reason not in failed and _beyond(mark, figures, mark.care))
    if figures.hearing.days_heard < LEAST_DAYS:
        return Verdict(NOT_KNOWN, ("too_few_days",), ())
    if figures.echoes.readings < LEAST_READINGS:
        if "seldom_heard" in failed:
            return Verdict(SUITS_NOT, ("seldom_heard",), tuple(each for each in cares if each in ("frames_lost", "silences")))
        return Verdict(NOT_KNOWN, ("too_few_readings",), ())
    if failed:
        return Verdict(SUITS_NOT, failed, cares)
    return Verdict(WITH_CARE if cares else SUITS, (), cares)


def vote_after(verdict: str, before: bool) -> bool:
    """Whether the sensor's word counts from then on: what is not known yet changes nothing."""
    return {SUITS: True, WITH_CARE: True, SUITS_NOT: False, NOT_KNOWN: before}[verdict]


def _fails_at(mark: Mark, trusted: bool) -> float | None:
    return mark.fails if mark.fails is None or trusted else (mark.care + mark.fails) / 2


def _beyond(mark: Mark, figures: Figures, at: float | None) -> bool:
    value = mark.figure(figures)
    return at is not None and value is not None and value >= at
