"""A file is compared with what is kept before anything is, and what is written out comes in again without a change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from cli.main import app
from streets.assets import cells
from streets.assets.comparing import Report
from streets.assets.kinds import Kind
from streets.assets.rows import DeviceRow, ImportRefusedError
from streets.store.assets import add_council, kept
from streets.store.changes import Told, changes_of
from streets.store.database import Database
from streets.store.imports import examine, export, import_file, keep_all
from tests.store.test_assets import WARDS

AT = datetime(2026, 11, 22, tzinfo=UTC)
BINS = (
    "bin_id,name,lat,lon,usrn,capacity_l,visit_every_days,reach_until\n"
    "B1,Quay,54.9,-1.6,7800001,100,1,10:30\n"
    "B2,-Hill,54.9,-1.4,07800002,120.5,,\n"
)
COUNTERS = "counter_id,place_id,place_name,place_name_cy,name,lat,lon,usrn\nC1,quay,Quay,Cei,North,54.9,-1.6,7800001\n"
DEVICES = (
    "device,model,default_password_changed,default_password_checked_on,vulnerability_contact,supported_until\n"
    "24E124713D000001,em310-udl,true,2026-11-01,security@maker.example,2029-12-31\n"
    "24e124713d000002,vs133,,,,\n"
)
INSTALLATIONS = (
    "device,model,bin_id,counter_id,line,valid_from,empty_mm,full_mm,mount,mount_angle_deg,liner,in_label\n"
    "24e124713d000001,em310-udl,B1,,,2026-01-01T00:00:00Z,1200,300,lid_centre,,true,\n"
    "24e124713d000001,em310-udl,B2,,,2026-03-01T00:00:00Z,1100,300,angled,12.5,,\n"
    "24e124713d000002,vs133,,C1,2,2026-01-01T00:00:00+01:00,,,,,,to the quay\n"
)
FILES = {Kind.BINS: BINS, Kind.COUNTERS: COUNTERS, Kind.DEVICES: DEVICES, Kind.INSTALLATIONS: INSTALLATIONS}


@pytest.fixture
def officer(database: Database, open_database: Callable[[str], Database]) -> Database:
    found = open_database("streets_officer")
    with found.transaction() as conn:
        add_council(conn, "rivermouth", "Rivermouth", None)
        for kind, text in FILES.items():
            import_file(conn, "rivermouth", kind, text.encode(), Told("before", AT))
    return found


def looked_at(officer: Database, kind: Kind, text: str) -> Report:
    with officer.transaction() as conn:
        return examine(conn, "rivermouth", kind, text.encode())


def brought_in(officer: Database, kind: Kind, text: str) -> Report:
    with officer.transaction() as conn:
        return import_file(conn, "rivermouth", kind, text.encode(), Told("j.jones", AT))


def found(officer: Database, query: str) -> list[Any]:
    with officer.transaction() as conn:
        return conn.execute(query).fetchall()  # type: ignore[arg-type]


def test_what_is_written_out_comes_in_again_without_a_change(officer: Database) -> None:
    with officer.transaction() as conn:
        for kind in (*FILES, Kind.GAZETTEER, Kind.IRONWORK, Kind.BASES, Kind.VEHICLES):
            report = examine(conn, "rivermouth", kind, export(conn, "rivermouth", kind).encode())
            assert (report.of("new"), report.of("changed"), list(report.refusals)) == ([], [], []), kind
        assert "\r\nB2,'-Hill,54.9,-1.4,07800002,120.5," in export(conn, "rivermouth", Kind.BINS), "no spreadsheet runs it"
    assert found(officer, "SELECT name FROM bin WHERE bin_id = 'B2'") == [("-Hill",)]


def test_wards_that_come_again_are_unchanged_and_a_moved_boundary_is_a_change(officer: Database) -> None:
    assert brought_in(officer, Kind.WARDS, WARDS).counts["new"] == 2
    assert looked_at(officer, Kind.WARDS, WARDS).counts["unchanged"] == 2
    assert [line.name for line in looked_at(officer, Kind.WARDS, WARDS.replace("-2.0", "-2.1")).of("changed")] == ["E1"]


def test_a_report_says_what_is_new_what_changes_from_what_to_what_and_what_stays(officer: Database) -> None:
    text = BINS.replace("Quay", "Quay steps").replace(",100,", ",140,") + "B3,Pier,54.9,-1.5,,90,,\n"
    report = looked_at(officer, Kind.BINS, text)
    assert report.counts == {"new": 1, "changed": 1, "unchanged": 1}
    (changed,) = report.of("changed")
    assert (changed.where, changed.name, changed.was, changed.became) == (
        "line 2",
        "B1",
        {"name": "Quay", "capacity_l": 100},
        {"name": "Quay steps", "capacity_l": 140},
    )
    assert found(officer, "SELECT count(*) FROM bin") == [(2,)], "nothing is kept by looking"
    assert brought_in(officer, Kind.BINS, text).fingerprint == report.fingerprint
    assert looked_at(officer, Kind.BINS, text).fingerprint != report.fingerprint


def test_columns_that_a_file_does_not_have_stay_as_they_are_and_empty_cells_clear(officer: Database) -> None:
    brought_in(officer, Kind.BINS, "bin_id,name,lat,lon,capacity_l,usrn\nB1,Quay,54.9,-1.6,100,\n")
    assert found(officer, "SELECT usrn, reach_until::text FROM bin WHERE bin_id = 'B1'") == [(None, "10:30:00")]


def test_a_device_that_was_taken_away_stays_away_when_its_file_comes_again(officer: Database) -> None:
    with officer.transaction() as conn:
        conn.execute("UPDATE installation SET valid_to = '2026-06-01Z' WHERE bin_id = 'B2'")
    assert looked_at(officer, Kind.INSTALLATIONS, INSTALLATIONS).counts["changed"] == 0


def test_a_version_put_right_is_told_again_for_the_bin_that_it_named_too(officer: Database) -> None:
    wrong = INSTALLATIONS.replace(",B1,,,2026-01-01", ",B2,,,2026-01-01")
    (changed,) = brought_in(officer, Kind.INSTALLATIONS, wrong).of("changed")
    assert (changed.was, changed.became) == ({"bin_id": "B1"}, {"bin_id": "B2"})
    assert found(officer, "SELECT bin_id, since::date::text FROM left_post") == [("B1", "2026-01-01")]


def test_why_a_version_was_made_and_ended_is_found_from_where_the_device_stood(officer: Database) -> None:
    brought_in(officer, Kind.INSTALLATIONS, INSTALLATIONS.replace("2026-03-01", "2026-05-01"))
    told = found(officer, "SELECT bin_id, why, end_why FROM installation WHERE bin_id IS NOT NULL ORDER BY valid_from")
    assert told == [("B1", "installed", "moved"), ("B2", "moved", "changed"), ("B2", "changed", None)]


def test_every_change_is_written_down_and_what_stays_is_not(officer: Database) -> None:
    brought_in(officer, Kind.DEVICES, DEVICES.replace("2029-12-31", "2031-12-31"))
    with officer.transaction() as conn:
        (last, first) = changes_of(conn, "rivermouth", "24e124713d000001", 10)[:1] + changes_of(conn, "rivermouth", "B1", 10)
    assert (last.told_by, last.action, last.was, last.became) == (
        "j.jones",
        "changed",
        {"supported_until": "2029-12-31"},
        {"supported_until": "2031-12-31"},
    )
    assert (first.told_by, first.action, first.became["name"]) == ("before", "added", "Quay")


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (Kind.BINS, "bin_id,name,lat,lon,capacity_l\nB9,Quay,-1.6,54.9,100\n", "line 2: lat -1.6, lon 54.9 lies"),
        (Kind.BINS, "bin_id,name,lat,lon,capacity_l,usrn\nB9,Quay,54.9,-1.6,100,123456\n", "line 2: usrn '123456' is not a USRN"),
        (
            Kind.DEVICES,
            "device,model\n24e124713d000001,vs133\n",
            "line 2: the device's record since 2026-01-01T00:00:00+00:00 does not fit another model: a device of model vs133",
        ),
        (
            Kind.INSTALLATIONS,
            INSTALLATIONS + "24e124713d000002,vs133,,C1,,2026-01-01T00:00:00+01:00,,,,,,\n",
            "line 4: the device has a record of one of its lines and one of all",
        ),
        (
            Kind.INSTALLATIONS,
            INSTALLATIONS.replace("em310-udl", "dds20-lb"),
            "line 2: full_mm 300 must be more than empty_mm 1200: a dds20-lb measures from below",
        ),
    ],
)
def test_what_cannot_be_is_refused(officer: Database, kind: Kind, text: str, told: str) -> None:
    brought_in(officer, Kind.WARDS, WARDS)
    with pytest.raises(ImportRefusedError) as refused:
        brought_in(officer, kind, text)
    assert str(refused.value.refusals[0]).startswith(told)


def test_swapped_latitude_and_longitude_are_told_as_such(officer: Database) -> None:
    brought_in(officer, Kind.WARDS, WARDS)
    swapped = "bin_id,name,lat,lon,capacity_l\nB9,Quay,-1.6,54.9,100\n"
    (refusal,) = looked_at(officer, Kind.BINS, swapped).refusals
    assert refusal.why.endswith("km from the council's wards: lat and lon are swapped")


def test_what_is_doubtful_is_told_and_taken(officer: Database) -> None:
    brought_in(officer, Kind.WARDS, WARDS)
    brought_in(officer, Kind.GAZETTEER, "usrn,name\n7800001,Quay Street\n")
    bins = brought_in(officer, Kind.BINS, "bin_id,name,lat,lon,capacity_l,usrn\nB9,Edge,55.1,-1.5,100,7800009\n")
    assert [str(remark) for remark in bins.remarks] == [
        "line 2: lat 55.1, lon -1.5 lies in none of the council's wards",
        "line 2: USRN 07800009 is not in the council's gazetteer",
    ]
    second = "device,model,bin_id,valid_from,empty_mm,full_mm\n24e124713d000003,em310-udl,B2,2026-04-01T00:00:00Z,1100,300\n"
    (remark,) = looked_at(officer, Kind.INSTALLATIONS, second).remarks
    assert remark.why == "24e124713d000001 stands in bin B2 at the same time"


def test_the_command_looks_first_and_says_in_figures_what_it_did(officer: Database, database_url: str, tmp_path: Any) -> None:
    file = tmp_path / "bins.csv"
    file.write_text(BINS.replace("Quay", "Quay steps"))

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, words, env={"STREETS_DATABASE_URL": database_url})

    asked = ("import", "bins", str(file), "--council", "rivermouth")
    looked = command(*asked, "--dry-run")
    assert (looked.exit_code, looked.stdout) == (0, "")
    assert "line 2: B1 changes: name from Quay to Quay steps" in looked.stderr
    assert f"{file}: nothing was imported (0 new, 1 changed, 1 unchanged)" in looked.stderr
    assert command(*asked, "--json").stdout.startswith('{\n  "new": 0,\n  "changed": 1,')
    assert "0 new, 0 changed, 2 unchanged" in command(*asked).stderr
    written = command("export", "bins", "--council", "rivermouth").stdout
    file.write_text(written.replace("54.9", "north"))
    refused = command(*asked)
    assert refused.exit_code == 1
    assert "line 2: lat 'north' is not a number" in refused.stderr


@given(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.booleans()
    | st.datetimes(cells.EARLIEST.replace(tzinfo=None), cells.LATEST.replace(tzinfo=None), timezones=st.just(UTC)).filter(
        lambda at: at < cells.LATEST
    )
)
def test_a_value_written_down_is_read_as_it_was(value: object) -> None:
    read: dict[type, Callable[[str], object]] = {
        float: cells.number(float("-inf"), float("inf")),
        bool: cells.flag,
        datetime: cells.moment,
        str: str,
    }
    expected = value.strip() if isinstance(value, str) else value
    assert read[type(value)](cells.unescaped(cells.written(expected))) == expected


def test_what_is_told_of_many_devices_is_kept_by_as_many_questions_as_of_one(database: Database) -> None:
    """A council has thousands of one model, and its officer waits."""
    asked: list[int] = []

    class Counting(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> Any:
            asked[-1] += 1
            return super().execute(*args, **kwargs)

    with database.transaction() as conn:
        add_council(conn, "rivermouth", "Rivermouth", None)
        conn.cursor_factory = Counting
        for words, many in (("", 20), ("one", 1), ("all", 20)):
            asked.append(0)
            devices = [DeviceRow(device=f"24e124713d{n:06}", model="vs133", vulnerability_contact=words) for n in range(many)]
            keep_all(conn, "rivermouth", Kind.DEVICES, devices, Told("j.jones", AT))
        conn.cursor_factory = psycopg.Cursor
        assert {each.vulnerability_contact for each in kept(conn, "rivermouth", Kind.DEVICES)} == {"all"}
    assert asked[1] == asked[2] > 0


def test_a_device_of_many_versions_is_imported_by_as_many_rows_for_each_of_them_as_one_of_few(database: Database) -> None:
    """A file may tell every cleaning of a sensor since it was fitted: what is read for one does not grow with the others."""
    read: list[int] = []

    class Counting(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> Any:
            found = super().execute(*args, **kwargs)
            read[-1] += 1 + max(0, self.rowcount)
            return found

    def file(device: str, versions: int) -> bytes:
        begins = (AT - timedelta(days=n + 1) for n in range(versions))
        lines = [f"{device},em310-udl,B1,{begin.isoformat()},{1200 - n % 7},300" for n, begin in enumerate(begins)]
        return "\n".join(["device,model,bin_id,valid_from,empty_mm,full_mm", *lines]).encode()

    with database.transaction() as conn:
        add_council(conn, "rivermouth", "Rivermouth", None)
        bins = b"bin_id,name,lat,lon,capacity_l\nB1,Quay,55,-1.6,100\n"
        import_file(conn, "rivermouth", Kind.BINS, bins, Told("j.jones", AT))
        conn.cursor_factory = Counting
        for device, versions in (("24e124713d000001", 30), ("24e124713d000002", 120)):
            read.append(0)
            import_file(conn, "rivermouth", Kind.INSTALLATIONS, file(device, versions), Told("j.jones", AT))
        conn.cursor_factory = psycopg.Cursor
        told = kept(conn, "rivermouth", Kind.INSTALLATIONS)
    few, many = read
    # Four times the versions: four times the rows, but for those that the whole council's records are compared with.
    assert many <= 4 * few + 5 * (30 + 120)
    assert len(told) == 150
    for device in ("24e124713d000001", "24e124713d000002"):
        of_device = [each for each in told if each.device == device]
        assert [each.valid_to for each in of_device] == [*(each.valid_from for each in of_device[1:]), None]
