"""Anything that a simulated device can say, drawn by hypothesis."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from sensors.readings import Reading
from simulators.encoders.quantities import Alarms, Moments, OneOf, Running, Steps, Text
from simulators.encoders.speech import SAY_NOTHING, WORDS, Form, Speaker


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
    names = set(form.always) | {"line"} & form.says.keys() | draw(st.sets(st.sampled_from(sorted(form.says))))
    if "cannot_measure" in names:
        names |= {"distance_mm"}
    if not names - SAY_NOTHING - {"alarms"}:
        names |= set(form.together[0] if form.together else ["distance_mm"])
    for group in form.together:
        names |= set(group) if names & set(group) else set()
    if "cannot_measure" in form.says and "distance_mm" in names:
        is_heard = draw(st.booleans())
        names = names - {"distance_mm", "cannot_measure"} | {"distance_mm" if is_heard else "cannot_measure"}
    said = {name: draw(values(form.says[name])) for name in WORDS if name in names}
    quantities = form.quantities(said)
    names = {name for name in names - said.keys() if quantities[name] != OneOf(())}
    said |= {name: draw(values(quantities[name])) for name in sorted(names)}
    if "alarms" in said:
        beside = form.says["alarms"].beside  # type: ignore[attr-defined]
        said["alarms"] = tuple(alarm for alarm in said["alarms"] if beside[alarm] is None or beside[alarm] in said)
    return speaker.measures(**said)  # type: ignore[return-value]


def frames(speaker: Speaker, form: Form) -> st.SearchStrategy[tuple[Reading, ...]]:
    """The readings of one frame: several lines, or several records."""
    several = st.lists(readings(speaker, form), min_size=1, max_size=form.readings)
    if "line" in form.says and form.readings > 1:
        several = several.map(lambda found: [each._replace(line=n) for n, each in enumerate(found, start=1)])  # type: ignore[call-arg]
    return several.map(tuple)
