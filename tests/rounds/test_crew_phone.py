"""The phone of a simulated crew, at the office's own site."""

import logging

import pytest
from small_town import Desk

from cli.token import sign_in_link
from simulators.crew_phone import CrewPhone, tap
from streets import clock


def test_it_reads_the_round_and_tells_a_tap_once_and_no_log_holds_the_secret(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    secret = desk.secret("crew")
    phone = CrewPhone(sign_in_link(desk.site, secret))
    with caplog.at_level(logging.INFO):
        read = phone.round(str(desk.round_id))
        first = next(stop for stop in read["stops"] if stop["kind"] == "bin")
        told = tap(first["stop_id"], clock.now(), "emptied", 75)
        phone.keep([told, told])
        phone.send()
    phone.close()
    assert [fill for _, _, fill in desk.emptyings()] == [75]
    assert secret not in caplog.text
