"""The table of devices says what the device files and the simulator's devices say."""

from pathlib import Path

from typer.testing import CliRunner

from cli.device_table import entries, page, with_table
from cli.main import app
from simulators.encoders import speakers

ROOT = Path(__file__).parent.parent.parent


def test_the_tables_are_those_of_the_device_files() -> None:
    advice = "run `make devices`"
    readme = (ROOT / "README.md").read_text()
    assert with_table(readme) == readme, advice
    assert (ROOT / "docs/devices.md").read_text() == page(), advice
    assert CliRunner().invoke(app, ["models", "--markdown"]).stdout == page()


def test_the_words_for_trouble_and_the_memory_are_those_that_the_simulators_devices_have() -> None:
    for entry in entries():
        each = speakers()[entry.device.model]
        forms = [form for form in (each.live, each.stored, each.state) if form is not None]
        words = {word for form in forms for name in ("cannot_measure", "fault", "alarms") for word in form.words_of(name)}
        assert set(entry.trouble) == words, entry.device.model
        assert entry.has_memory == (each.stored is not None or entry.device.model == "xovis"), entry.device.model
