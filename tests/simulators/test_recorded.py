"""Recorded data told again: what each reader makes of a row, and that no row vanishes."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from ingest.envelopes import unwrap
from sensors import codec
from simulators.history import Message
from simulators.recorded import shelf
from simulators.recorded.recording import Recording, RecordingError, Window

EVERYTHING = Window()
LEEDS_CAMERAS = "FID,Id,LocName,X_Lon,Y_Lat\n" + "".join(
    f"{number},Camera {number},{name},-1.54,53.79\n"
    for number, name in enumerate(
        (
            "Briggate", "Briggate at McDonalds", "Headrow", "Dortmund Square", "Albion Street North", "Albion Street South",
            "Commercial Street at Lush", "Commercial Street at Barratts",
        )
    )
)  # fmt: skip


def said(message: Message) -> tuple[str, datetime, object]:
    """Device, time and reading of a direct message."""
    _, _, council, device, _ = message[0].split("/")
    held = json.loads(message[1])
    assert council == "city"
    return device, datetime.fromisoformat(held["observed_at"]), held["reading"]


def leeds(folder: Path, *rows: str, window: Window = EVERYTHING) -> Recording:
    (folder / "leeds_camera_locations.csv").write_text(LEEDS_CAMERAS, encoding="utf-8")
    path = folder / "leeds.csv.gz"
    path.write_bytes(gzip.compress("\n".join(("Date,Hour,LocationName,InCount", *rows)).encode()))
    return shelf.read(path, "city", window)


def test_leeds_hours_are_wall_clock_hours_in_three_spellings(tmp_path: Path) -> None:
    recording = leeds(tmp_path, "15/01/2014,8,Briggate,268", "2014-07-15,8,BriggateAtMcDs,70", "16-Jul-14,23,Headrow,5")
    # A count ends an hour after its hour begins; in July 08:00 in Leeds is 07:00 UTC.
    assert [said(message) for message in recording.messages] == [
        ("leeds-briggate", datetime(2014, 1, 15, 9, tzinfo=UTC), {"people_in": 268, "period_s": 3600}),
        ("leeds-briggateatmcds", datetime(2014, 7, 15, 8, tzinfo=UTC), {"people_in": 70, "period_s": 3600}),
        ("leeds-headrow", datetime(2014, 7, 16, 23, tzinfo=UTC), {"people_in": 5, "period_s": 3600}),
    ]
    assert recording.refused == []


def test_leeds_malformed_rows_are_refused_with_their_line(tmp_path: Path) -> None:
    recording = leeds(
        tmp_path, "32/01/2014,8,Briggate,1", "15/01/2014,24,Briggate,1", "15/01/2014,8,Bond Street,1", "15/01/2014,8,Briggate,-4",
        "15/01/2014,8,Briggate", "30/03/2014,1,Briggate,9", "15/01/2014,8,Briggate,7",
    )  # fmt: skip
    assert [refusal.line for refusal in recording.refused] == [2, 3, 4, 5, 6, 7]
    reasons = " | ".join(refusal.reason for refusal in recording.refused)
    for words in ("not a date", "not an hour", "'Bond Street'", "not a count", "3 cells instead of 4", "the clocks go forward"):
        assert words in reasons
    assert len(recording.messages) == 1


def test_a_repeated_row_is_told_as_the_same_message_again(tmp_path: Path) -> None:
    first, again = leeds(tmp_path, "15/01/2014,8,Briggate,268", "15/01/2014,8,Briggate,268").messages
    assert first == again


def test_the_hour_that_autumn_repeats_is_the_first_of_the_two(tmp_path: Path) -> None:
    # On 26 October 2014 the clocks go back at 02:00 BST = 01:00 UTC, so the first 01:00 begins at 00:00 UTC.
    (message,) = leeds(tmp_path, "26/10/2014,1,Briggate,9").messages
    assert said(message)[1] == datetime(2014, 10, 26, 1, tzinfo=UTC)


def test_a_window_takes_a_stretch_and_tells_it_whole_weeks_later(tmp_path: Path) -> None:
    window = Window(datetime(2014, 1, 14, tzinfo=UTC), datetime(2014, 1, 16, tzinfo=UTC), weeks_later=26)
    recording = leeds(tmp_path, "13/01/2014,8,Briggate,1", "15/01/2014,8,Briggate,2", "16/01/2014,8,Briggate,3", window=window)
    # 26 weeks after Wednesday 15 January is Wednesday 16 July, and 08:00 stays 08:00 in Leeds.
    assert [said(message)[1] for message in recording.messages] == [datetime(2014, 7, 16, 8, tzinfo=UTC)]


def test_leeds_cameras_need_the_list_that_says_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "leeds.csv"
    path.write_text("Date,Hour,LocationName,InCount\n15/01/2014,8,Briggate,1\n", encoding="utf-8")
    with pytest.raises(RecordingError, match="leeds_camera_locations.csv beside it"):
        shelf.read(path, "city", EVERYTHING)


def test_auckland_s_small_hours_belong_to_the_next_day(tmp_path: Path) -> None:
    locations = "Address,Latitude,Longitude\n45 Queen Street,-36.845,174.766\n8 Darby Street EW,-36.8,174.7\n"
    (tmp_path / "auckland_locations.csv").write_text(locations)
    path = tmp_path / "auckland.csv"
    path.write_text(
        "date,hour,year,45 Queen Street,8 Darby Street EW\n"
        "2019-03-01,6:00-6:59,2019,12.0,\n"
        "2019-03-01,5:00-5:59,2019,0.0,3.5\n"
        "2019-03-01,noon,2019,1.0,1.0\n"
    )
    recording = shelf.read(path, "city", EVERYTHING)
    # New Zealand is 13 hours ahead in March: 06:00 on 1 March is 17:00 UTC on 28 February, 05:00 the next day 23 hours later.
    assert [said(message)[1:] for message in recording.messages] == [
        (datetime(2019, 2, 28, 18, tzinfo=UTC), {"people_in": 12, "period_s": 3600}),
        (datetime(2019, 3, 1, 17, tzinfo=UTC), {"people_in": 0, "period_s": 3600}),
    ]
    assert [(refusal.line, refusal.reason.split(":")[0]) for refusal in recording.refused] == [
        (3, "8 Darby Street EW"),
        (4, "'noon' is not an hour as 6"),
    ]


def glass_banks(folder: Path, *rows: tuple[int, int, int, int]) -> Recording:
    heights, temperatures, tilts, events = zip(*rows, strict=True)
    path = folder / "banks.parquet"
    count = len(rows)
    table = {
        "deveui": ["70B3D500700016DE"] * count, "unix_ms": [1_598_918_400_000 + 3_600_000 * hour for hour in range(count)],
        "height_cm": heights, "temperature_raw_c": temperatures, "tilt_deg": tilts, "voltage_mv": [3_600] * count,
        "tx_event": events,
    }  # fmt: skip
    parquet.write_table(pyarrow.table(table), path)
    return shelf.read(path, "city", EVERYTHING)


def test_a_bad_echo_of_a_glass_bank_is_not_a_distance(tmp_path: Path) -> None:
    recording = glass_banks(tmp_path, (110, 20, 2, 7), (190, 20, 2, 8), (254, 20, 2, 9), (0, 20, 2, 10))
    readings = [said(message)[2] for message in recording.messages]
    assert readings[0] == {"distance_mm": 1100, "temperature_c": 20, "tilt_deg": 2, "battery_mv": 3600}
    assert all(reading["cannot_measure"] == "no_echo" and "distance_mm" not in reading for reading in readings[1:])


def test_a_glass_bank_s_frost_is_below_zero(tmp_path: Path) -> None:
    # A byte of 252 is 252 - 256 = -4.
    (message,) = glass_banks(tmp_path, (110, 252, 2, 7)).messages
    assert said(message)[2]["temperature_c"] == -4


def test_a_drive_is_a_trace_for_a_detector_and_nothing_to_publish(tmp_path: Path) -> None:
    path = tmp_path / "drive_x_sensors.csv"
    path.write_text(
        "timestamp,latitude,longitude,speed,accelerometerX,accelerometerY,accelerometerZ,gyroX,gyroY,gyroZ\n"
        "1492637561.6,40.44,-79.95,3.5,0.04,-0.96,0.22,0,0,0\n"
        "1492637561.8,40.44,-79.95,abc,0.04,-0.96,0.22,0,0,0\n"
        "1492637562.0,95.0,-79.95,3.5,0.04,-0.96,0.22,0,0,0\n"
        "1492637562.2,40.44,-79.95,3.5,nan,-0.96,0.22,0,0,0\n"
    )
    recording = shelf.read(path, "city", Window(weeks_later=1))
    (trace,) = recording.traces
    assert recording.messages == [] and trace.name == "drive_x"
    assert trace.time_s == pytest.approx([1492637561.6 + 7 * 86_400])
    assert np.array_equal(trace.accel_g, [[0.04, -0.96, 0.22]])
    assert [refusal.line for refusal in recording.refused] == [3, 4, 5]


def test_a_network_s_message_goes_out_on_its_own_topic(tmp_path: Path) -> None:
    wrapped = {
        "payload": {"deviceInfo": {"devEui": "1000000000000001", "applicationId": "app-1"}, "fPort": 85, "data": "AXVc"},
        "expected": {},
    }
    path = tmp_path / "Milesight_VS133_ChirpStack_payload.json"
    path.write_text(json.dumps(wrapped))
    recording = shelf.read(path, "city", EVERYTHING)
    ((topic, message, _),) = recording.messages
    dev_eui = json.loads(message)["deviceInfo"]["devEui"]
    assert topic == f"application/app-1/device/{dev_eui}/event/up"
    assert dev_eui != "1000000000000001"  # which all samples share, whatever their model
    assert recording.assets["installations"][0]["device"] == dev_eui


THINGPARK = {"Time": "2026-11-22T11:00:03.936+01:00", "DevEUI": "24E124713D000001", "FPort": 85, "payload_hex": "0382e803"}
VERSION_3 = {
    "applicationID": "7",
    "devEUI": "JOEkcT0AAAE=",
    "fPort": 85,
    "data": "A4LoAw==",
    "publishedAt": "2026-11-22T10:00:03Z",
}


@pytest.mark.parametrize(
    ("held", "topic"),
    [
        ({"DevEUI_uplink": THINGPARK}, "streets/v1/city/thingpark/samples/uplink"),
        (VERSION_3, "application/7/device/24e124713d000001/event/up"),
        (VERSION_3 | {"devEUI": "24e124713d000001"}, "application/7/device/24e124713d000001/event/up"),
    ],
)
def test_messages_of_thingpark_and_of_chirpstack_3_are_told_on_their_topics(tmp_path: Path, held: object, topic: str) -> None:
    path = tmp_path / "em310-udl.json"
    path.write_text(json.dumps(held))
    recording = shelf.read(path, "city", EVERYTHING)
    assert [told[0] for told in recording.messages] == [topic]
    assert recording.messages[0][2] >= datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert decodes(recording) == 1


@pytest.mark.parametrize(
    ("name", "held", "words"),
    [
        ("x.json", "{", "not JSON"),
        ("x.json", '{"hello": 1}', "not a message of The Things Stack, ChirpStack, LORIOT or ThingPark"),
        ("x.csv", "a,b\n1,2\n", "columns are a, b"),
        ("x.csv", "", "is empty"),
        ("x.csv.gz", "not packed", "cannot be read as CSV"),
        ("x.parquet", "not parquet", "cannot be read as Parquet"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_in_words(tmp_path: Path, name: str, held: str, words: str) -> None:
    (tmp_path / name).write_text(held)
    with pytest.raises(RecordingError, match=words):
        shelf.read(tmp_path / name, "city", EVERYTHING)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is not a file"):
        shelf.read(tmp_path / "nothing.csv", "city", EVERYTHING)


def decodes(recording: Recording) -> int:
    """How many messages decode by the model that the recording's own installation rows register."""
    models = {str(row["device"]): str(row["model"]) for row in recording.assets["installations"]}
    count = 0
    for topic, message, at in recording.messages:
        for uplink in unwrap(topic, message, at):
            assert codec.decode(models[uplink.device], uplink.payload, uplink.f_port).readings
            count += 1
    return count


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "start", "days", "messages", "devices"),
    [
        # 8 cameras x 30 days x 24 hours of UTC; the file's rows for the hour that 30 March skips come besides, and are refused.
        ("footfall/leeds_hourly_2009_2014.csv.gz", datetime(2014, 3, 1, tzinfo=UTC), 30, 8 * 30 * 24, 8),
        # 19 of 21 counters x 24 hours: two cells of each row are empty.
        ("footfall/auckland_hourly_2019_2022.csv.gz", datetime(2019, 3, 4, tzinfo=UTC), 7, 19 * 7 * 24, 21),
    ],
)
def test_recorded_footfall_is_told_hour_by_hour(
    shared_data: Path, name: str, start: datetime, days: int, messages: int, devices: int
) -> None:
    recording = shelf.read(shared_data / name, "city", Window(start, start + timedelta(days=days)))
    assert len(recording.messages) == messages == decodes(recording)
    assert len(recording.assets["counters"]) == devices


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("bins/glass_banks_hourly_2020.parquet", Window(datetime(2020, 9, 1, tzinfo=UTC), datetime(2020, 9, 4, tzinfo=UTC))),
        ("bins/edinburgh_litter_bin_collections_2016.csv.gz", Window(end=datetime(2016, 6, 10, tzinfo=UTC))),
        ("bins/wyndham_bins_daily_2018_2020.csv.gz", Window(end=datetime(2018, 9, 1, tzinfo=UTC))),
    ],
)
def test_recorded_bins_decode_by_the_installations_that_come_with_them(shared_data: Path, name: str, window: Window) -> None:
    recording = shelf.read(shared_data / name, "city", window)
    assert decodes(recording) == len(recording.messages) > 100
    assert {row["bin_id"] for row in recording.assets["installations"]} == {row["bin_id"] for row in recording.assets["bins"]}


@pytest.mark.shared_data
def test_every_given_uplink_is_published_and_every_sample_decodes(shared_data: Path) -> None:
    files = sorted((shared_data / "uplinks").rglob("*.json"))
    told = [shelf.read(path, "city", EVERYTHING) for path in files]
    assert all(len(recording.messages) + len(recording.refused) == 1 for recording in told)
    samples = [recording for path, recording in zip(files, told, strict=True) if path.name.startswith("Milesight")]
    assert [decodes(recording) for recording in samples] == [1] * 15
