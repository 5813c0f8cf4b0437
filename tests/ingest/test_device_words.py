"""What devices say of themselves beside their readings is kept, once a change."""

from collections.abc import Callable
from datetime import timedelta

from ingest.tally import Tally
from streets.store.database import Database
from streets.store.device_words import words_of
from tests.ingest.arrivals import BIN_EUI, NOON, level, tts

Keep = Callable[..., Tally]
FIRMWARE_1_1, FIRMWARE_1_2 = bytes.fromhex("ff0a0101"), bytes.fromhex("ff0a0102")


def said(ingest: Database, council: str = "rivermouth") -> list[tuple[str, object, int]]:
    """Names, values and the minutes after noon at which they were said."""
    with ingest.transaction() as conn:
        words = words_of(conn, council, BIN_EUI)
    return [(word.name, word.value, (word.told_at - NOON) // timedelta(minutes=1)) for word in words]


def test_each_change_of_what_a_device_says_of_itself_is_kept_and_no_repetition(ingest: Database, keep: Keep) -> None:
    for minute, frame in enumerate((FIRMWARE_1_1, FIRMWARE_1_1, FIRMWARE_1_2, FIRMWARE_1_2, FIRMWARE_1_1)):
        keep(tts(frame, minute + 1, NOON + timedelta(minutes=minute)))
    assert said(ingest) == [("firmware", "1.1", 4), ("firmware", "1.2", 2), ("firmware", "1.1", 0)]


def test_words_of_one_batch_are_compared_with_each_other_too(ingest: Database, keep: Keep) -> None:
    frames = (FIRMWARE_1_2, FIRMWARE_1_1, FIRMWARE_1_1, FIRMWARE_1_2)
    keep(*(tts(frame, minute + 1, NOON + timedelta(minutes=minute)) for minute, frame in enumerate(frames)))
    assert said(ingest) == [("firmware", "1.2", 3), ("firmware", "1.1", 1), ("firmware", "1.2", 0)]


def test_a_device_says_words_and_a_reading_in_one_frame(ingest: Database, keep: Keep) -> None:
    frame = FIRMWARE_1_1 + bytes.fromhex("01755c") + b"\x03\x82" + (800).to_bytes(2, "little")
    assert keep(tts(frame, 1, NOON)).stored == 1
    with ingest.transaction() as conn:
        assert conn.execute("SELECT distance_mm, battery_pct FROM level_reading").fetchall() == [(800, 92.0)]
    assert said(ingest) == [("firmware", "1.1", 0)]


def test_a_device_that_says_nothing_of_itself_and_another_council_show_nothing(ingest: Database, keep: Keep) -> None:
    keep(level())
    assert said(ingest) == []
    keep(tts(FIRMWARE_1_1, 2, NOON))
    assert said(ingest, council="elsewhere") == []
