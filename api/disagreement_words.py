"""Where a crew and a bin's sensor disagree, in words for an officer."""

from api.pages.words import Words, said
from streets.bins.fill import clamped
from streets.store.emptyings import DisputeRow

WHATS = {
    "no_fall": said("Told emptied, but it stayed as full as it was: a tap meant for another stop, or a sensor that is wrong"),
    "left_over": said("Emptied, but a quarter or more was left"),
    "fill_apart": said("Emptied, but the crew saw it fuller or emptier than the sensor"),
    "fell_though_left": said("Left as it was, but the sensor saw it emptied then"),
    "full_though_left": said("Told not full, but measured full"),
    "untold": said("Emptied, but no crew told so: another crew, or a sack taken out"),
}


def figures_of(words: Words, one: DisputeRow) -> str:
    """What the crew told, and what was measured before and after."""
    told = [] if one.told_fill_pct is None else [words("Told %(fill)s.", fill=words.percent(one.told_fill_pct / 100))]
    if one.fill_before_pct is None or one.fill_after_pct is None:
        return " ".join([*told, words("Not measured before and after.")])
    before, after = (words.percent(clamped(fill) / 100) for fill in (one.fill_before_pct, one.fill_after_pct))
    measured = words("Measured %(before)s before, %(after)s after.", before=before, after=after)
    return " ".join([*told, measured])
