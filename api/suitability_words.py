"""Whether a sensor suits its bin, why, and what to change, in words for an officer; the same for page, CSV and terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from api.pages.words import Words, said
from streets.store.suitability import Report
from streets.suitability.crews import Checks
from streets.suitability.verdict import MARKS

VERDICT_WORDS = {
    "suits": said("suits"),
    "suits_with_care": said("suits with care"),
    "does_not_suit": said("does not suit"),
    "not_known_yet": said("not known yet"),
}


class ReasonWords(NamedTuple):
    """What is seen, and what to change, as texts to translate."""

    seen: str
    change: str


ANOTHER_SENSOR = said(
    "Move the sensor to the centre of the lid, clear of the liner. If that does not help, this bin needs another type."
)
MEASURE_EMPTY = said("Measure what the sensor reads in the bin just emptied, and correct the installation record.")
BETTER_RADIO = said("Look at how the sensor is heard: move it away from metal, or have a gateway set up nearer.")

WORDS = {
    "invalid_echoes": ReasonWords(said("Many readings hold no valid echo."), ANOTHER_SENSOR),
    "too_near": ReasonWords(
        said("Many readings are nearer than the sensor can see: the bin is overfull, or the lid or rim is in its way."),
        said("Empty the bin more often. If it is not full then, raise the sensor or move it to the centre of the lid."),
    ),
    "tilted": ReasonWords(
        said("Many readings were taken while the sensor was tilted."),
        said("Look whether the lid closes and the sensor is fixed; if it hangs at an angle, record that angle."),
    ),
    "wrong_record": ReasonWords(
        said("Many fills are outside what can be: the record does not fit how the sensor hangs."), MEASURE_EMPTY
    ),
    "jitter": ReasonWords(said("The readings stray so far that a quarter cannot be told from the next."), ANOTHER_SENSOR),
    "strays": ReasonWords(
        said("Many single readings are far from those before and after: false echoes, as from a liner or the rim."),
        ANOTHER_SENSOR,
    ),
    "wanders": ReasonWords(said("The fill falls though nobody emptied the bin: the echoes come and go."), ANOTHER_SENSOR),
    "stuck": ReasonWords(
        said("For days the sensor said exactly the same: it may see the liner, the rim or a fixed part instead of the rubbish."),
        said(
            "Look into the bin from the sensor's place, and move it to where nothing fixed is below. If nothing is, replace it."
        ),
    ),
    "crew_disagrees": ReasonWords(
        said("Crews who stood at the bin told another fill, by more than a quarter."),
        said("Measure what the sensor reads in the bin just emptied and in the full bin, and correct the installation record."),
    ),
    "emptyings_unseen": ReasonWords(
        said("Crews emptied the bin and the sensor did not see it: it may see the liner, the rim or another bin."), ANOTHER_SENSOR
    ),
    "false_emptyings": ReasonWords(said("The sensor saw emptyings when crews had left the rubbish in the bin."), ANOTHER_SENSOR),
    "seldom_heard": ReasonWords(said("On many days too few readings came to see an emptying."), BETTER_RADIO),
    "frames_lost": ReasonWords(said("Many of the frames that it sent were lost on the way."), BETTER_RADIO),
    "silences": ReasonWords(said("It fell silent for a day and longer."), BETTER_RADIO),
    "battery": ReasonWords(
        said("Its battery loses so much that it would be empty within a year."),
        said("Have it report less often, or hear it better: a weak signal makes it send longer. Plan for a new battery."),
    ),
    "full_in_blind_zone": ReasonWords(
        said("Where crews call the bin full, the sensor can hardly see: that is too near to its blind zone."),
        said("Raise the sensor, or record a greater distance for the full bin."),
    ),
    "too_few_days": ReasonWords(
        said("It was heard on fewer than seven of the fourteen days."), said("Wait; if it stays silent, look at the sensor.")
    ),
    "too_few_readings": ReasonWords(
        said("It told the level fewer than 48 times in fourteen days."), said("Have it report more often.")
    ),
}


def changes_for(report: Report) -> list[str]:
    """What to change, each once, what takes the vote first; texts to translate."""
    return list(dict.fromkeys(WORDS[name].change for name in [*report.failed, *report.cares]))


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of a report as the page shows it; texts in the reader's language, "" where a figure has no mark."""

    name: str
    value: str
    of: str
    care: str
    fails: str
    reason: str


def lines_of(words: Words, report: Report) -> list[FigureLine]:
    """Every figure of a report with what it rests on and its marks; what is not known says so."""
    marks = {mark.reason: mark for mark in MARKS}
    lines = []
    for name, reason, said_as, value, of in _figures(words, report):
        mark = marks.get(reason)
        # A sensor that has lost its vote must come back half of the way (streets.suitability.verdict).
        fails = None if mark is None or mark.fails is None else mark.fails if report.trusted else (mark.care + mark.fails) / 2
        lines.append(
            FigureLine(
                name=name,
                value=words("not known") if value is None else said_as(value),
                of=of,
                care="" if mark is None else said_as(mark.care),
                fails="" if fails is None else said_as(fails),
                reason=reason,
            )
        )
    return lines


Figure = tuple[str, str, Callable[[float], str], float | None, str]


def _figures(words: Words, report: Report) -> list[Figure]:
    readings = words.counted("%(n)s reading", "%(n)s readings", report.readings)
    measured = words.counted("%(n)s fill", "%(n)s fills", report.measured)
    days = words.counted("%(n)s day", "%(n)s days", report.days)
    frames = "" if report.frames_sent is None else words.counted("%(n)s frame sent", "%(n)s frames sent", report.frames_sent)

    def share(value: float) -> str:
        return words.percent(value)

    def points(value: float) -> str:
        return words("%(n)s points", n=words.number(value, 1))

    def points_a_day(value: float) -> str:
        return words("%(n)s points a day", n=words.number(value, 1))

    def millimetres(value: float) -> str:
        return words("%(n)s mm", n=words.number(value))

    between = words.counted("%(n)s day", "%(n)s days", report.days_between)
    thin = report.days_thin / report.days_between if report.days_between else None
    fills = Checks(report.fills_checked, report.fills_wrong)
    emptyings = Checks(report.emptyings_checked, report.emptyings_wrong)
    left = Checks(report.left_checked, report.left_wrong)
    return [
        (words("Without a valid echo"), "invalid_echoes", share, report.invalid_share, readings),
        (words("Nearer than the sensor can see"), "too_near", share, report.near_share, readings),
        (words("With the sensor tilted"), "tilted", share, report.tilted_share, readings),
        (words("Fills outside what can be"), "wrong_record", share, report.outside_share, measured),
        (words("Jitter, as a deviation of one reading"), "jitter", points, report.jitter_pct, measured),
        (words("The same in millimetres"), "", millimetres, report.jitter_mm, measured),
        (words("Single readings far off"), "strays", share, report.stray_share, measured),
        (words("Single readings far off that seem fuller"), "", share, report.stray_up_share, measured),
        (words("Jumps up by more than 35 points"), "", words.number, report.jumps_up, _steps(words, report)),
        (words("Falls that no emptying explains"), "wanders", points_a_day, report.wander_pct_a_day, measured),
        (words("The very same for three days and more"), "stuck", share, report.same_share, measured),
        (words("Surely apart from what crews told"), "crew_disagrees", share, fills.surely_wrong, _of_checks(words, fills)),
        (words("Emptyings surely not seen"), "emptyings_unseen", share, emptyings.surely_wrong, _of_checks(words, emptyings)),
        (words("Emptyings surely seen that were none"), "false_emptyings", share, left.surely_wrong, _of_checks(words, left)),
        (words("Days with too few readings"), "seldom_heard", share, thin, between),
        (words("Frames lost"), "frames_lost", share, report.loss_share, frames),
        (words("Longest silence"), "silences", lambda value: words.span(value * 86_400), report.longest_silence_s / 86_400, days),
        (words("Battery lost in fourteen days"), "battery", points, report.battery_lost_pct, _battery(words, report)),
    ]


def _steps(words: Words, report: Report) -> str:
    return words.counted("%(n)s step", "%(n)s steps", report.steps)


def _of_checks(words: Words, checks: Checks) -> str:
    """How often crews' words were compared, and the interval of the share that is wrong."""
    if checks.interval is None:
        return words("no visit to compare with")
    return words(
        "%(wrong)s of %(visits)s visits; 95%% interval %(low)s to %(high)s",
        wrong=words.number(checks.wrong),
        visits=words.number(checks.n),
        low=words.percent(checks.interval[0]),
        high=words.percent(checks.interval[1]),
    )


def _battery(words: Words, report: Report) -> str:
    if report.battery_pct is not None:
        return words("%(percent)s left", percent=words.percent(report.battery_pct / 100))
    if report.battery_mv is not None:
        return words(
            "%(level)s millivolts: how long that lasts is not known, as its maker does not say when it is empty",
            level=words.number(report.battery_mv),
        )
    return ""


def unusable_share(report: Report) -> float | None:
    """The share 0 to 1 of readings that tell no fill, or one that their neighbours contradict; None where nothing was said."""
    if not report.readings:
        return None
    strays = (report.stray_share or 0.0) * report.measured
    return (report.readings - report.measured + strays) / report.readings
