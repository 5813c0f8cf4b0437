"""Anything that a simulated device can say, drawn by hypothesis."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from sensors.readings import Reading
from simulators.encoders.quantities import Alarms, Moments, OneOf, Running, Steps, Text
from simulators.encoders.speech import Form, Speaker

SAY_NOTHING = {"line", "observed_at", "total_bits", "period_s", "alarms"}
"""Fields that are no reading without others."""


def values(quantity: Any) -> st.SearchStrategy[Any]:
    """All values of a quantity."""
    match quantity:
        case Steps():
            first, last = round(quantity.least * quantity.parts), round(quantity.most * quantity.parts)
            return st.integers(first, last).map(lambda n: quantity.nearest(n / quantity.parts))
        case Running():
            return st.integers(0, 2**quantity.bits - 1)
        case OneOf():
            return st.sampled_from(quantity.values)
        case Alarms():
            return st.sets(st.sampled_from(list(quantity.beside))).map(lambda words: quantity.nearest(tuple(words)))
        case Moments():
            return st.integers(10**9, 2**32 - 1).map(lambda s: quantity.nearest(datetime.fromtimestamp(s, UTC)))
        case Text():
            return st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True)
    raise TypeError(quantity)


@st.composite
def readings(draw: st.DrawFn, speaker: Speaker, form: Form) -> Reading:
    """One reading that a frame of this form can hold, with any of the fields that it may leave out."""
    names = set(form.always) | draw(st.sets(st.sampled_from(sorted(form.says))))
    if "cannot_measure" in names:
        names |= {"distance_mm"}
    if not names - SAY_NOTHING:
        names |= set(form.together[0] if form.together else ["distance_mm"])
    for group in form.together:
        names |= set(group) if names & set(group) else set()
    word = None
    if "distance_mm" in names and "cannot_measure" in form.says and draw(st.booleans()):
        word = draw(values(form.says["cannot_measure"]))
    names -= {"distance_mm"} if word else {"cannot_measure"}
    names |= {"line"} & set(form.says)
    quantities = {**form.says, **form.with_word.get(word or "", {})}
    names = {name for name in names if quantities[name] != OneOf(())}
    said = {name: word if name == "cannot_measure" else draw(values(quantities[name])) for name in sorted(names)}
    beside = form.says["alarms"].beside if "alarms" in said else {}  # type: ignore[attr-defined]
    if "alarms" in said:
        said["alarms"] = tuple(alarm for alarm in said["alarms"] if beside[alarm] is None or beside[alarm] in said)
    if word:
        said["cannot_measure"] = word
    return speaker.measures(**said)  # type: ignore[return-value]


def frames(speaker: Speaker, form: Form) -> st.SearchStrategy[tuple[Reading, ...]]:
    """The readings of one frame: several lines, or several records."""
    several = st.lists(readings(speaker, form), min_size=1, max_size=form.readings)
    if "line" in form.says and form.readings > 1:
        several = several.map(lambda found: [each._replace(line=n) for n, each in enumerate(found, start=1)])  # type: ignore[call-arg]
    return several.map(tuple)
