"""A fuzzer that sees which branches its bytes reach finds none that breaks a decoder."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sensors import readings
from tests.sensors.fuzz import look_at, seeds

RUNS = 60_000


@pytest.mark.fuzzer
def test_no_bytes_that_a_fuzzer_makes_break_a_decoder(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    seeds(corpus)
    # It writes what broke into the folder where it runs, which is to be this test's own.
    ended = subprocess.run(
        [sys.executable, "-m", "tests.sensors.fuzz", str(corpus), f"-runs={RUNS}", "-seed=1", f"-artifact_prefix={tmp_path}/"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert f"Done {RUNS} runs" in ended.stderr


@pytest.mark.parametrize("broken", [KeyError("distance"), readings.DecodeError("no sentence")])
def test_the_fuzzer_notices_a_decoder_that_breaks_and_one_that_gives_no_sentence(broken: Exception) -> None:
    def decode(*_: Any) -> None:
        raise broken

    codec = SimpleNamespace(models=lambda: {"broken": None}, decode=decode)
    with pytest.raises((KeyError, AssertionError)):
        look_at(b"\x00\x00\x01", codec, readings)  # type: ignore[arg-type]
