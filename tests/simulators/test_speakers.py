"""Every supported model can be spoken as, and what is said is what its decoder hears."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken import frames

from sensors import codec
from simulators.encoders import speaker, speakers

FORMS = [
    pytest.param(model, form, id=f"{model}: {name}")
    for model, each in speakers().items()
    for name, form in (("live", each.live), ("stored", each.stored))
    if form is not None
]


def test_nothing_speaks_as_a_model_that_has_no_decoder() -> None:
    assert speakers().keys() <= codec.models().keys()


@pytest.mark.parametrize(("model", "form"), FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_a_device_says_is_what_is_heard(model: str, form: object, data: st.DataObject) -> None:
    said = data.draw(frames(speaker(model), form))  # type: ignore[arg-type]
    heard = codec.decode(model, form.say(*said), form.port)  # type: ignore[attr-defined]
    assert (heard.readings, heard.refused) == (said, None)
