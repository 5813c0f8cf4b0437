"""A council's files: the whole of them, or a line for each thing that is wrong and nothing else."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.embedded.town import FILES
from streets.assets import geography, tables
from streets.assets.kinds import Kind
from streets.assets.rows import ImportRefusedError
from streets.store.assets import add_council
from streets.store.changes import Told
from streets.store.database import Database
from streets.store.imports import import_file

AT = datetime(2026, 11, 22, tzinfo=UTC)
TOLD = Told("j.jones", AT)
EUI = "24E124713D000001"
BINS = "bin_id,name,lat,lon,capacity_l,visit_every_days,reach_until\nB1,Quay,54.9,-1.6,100,1,10:30\nB2,Hill,54.9,-1.4,120,,\n"
COUNTERS = (
    "counter_id,place_id,place_name,place_name_cy,name,lat,lon\n"
    "C1,quay,Quay,Cei,North,54.90,-1.6\n"
    "C2,quay,Quay,Cei,South,54.92,-1.6\n"
)


def ward(code: str, west: float, east: float) -> dict[str, Any]:
    ring = [[west, 54.0], [east, 54.0], [east, 55.0], [west, 55.0], [west, 54.0]]
    properties = {"WD23CD": code, "WD23NM": f"Ward {code}"}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


WARDS = json.dumps({"type": "FeatureCollection", "features": [ward("E1", -2.0, -1.5), ward("E2", -1.5, -1.0)]})


@pytest.fixture
def officer(database: Database, open_database: Callable[[str], Database]) -> Database:
    """A database with one council, as an officer's commands use it."""
    found = open_database("streets_officer")
    with found.transaction() as conn:
        add_council(conn, "rivermouth", "Rivermouth", "Aberafon")
        add_council(conn, "otherton", "Otherton", None)
    return found


@pytest.fixture
def put(officer: Database) -> Callable[..., int]:
    """Imports the text of a file."""

    def import_text(kind: str, text: str, council: str = "rivermouth") -> int:
        with officer.transaction() as conn:
            return len(import_file(conn, council, Kind(kind), text.encode(), TOLD).compared)

    return import_text


def refusals(put: Callable[..., int], kind: str, text: str, council: str = "rivermouth") -> list[str]:
    with pytest.raises(ImportRefusedError) as refused:
        put(kind, text, council)
    return [str(refusal) for refusal in refused.value.refusals]


def found(officer: Database, query: str) -> list[tuple[Any, ...]]:
    with officer.transaction() as conn:
        return conn.execute(query).fetchall()  # type: ignore[arg-type]


def test_bins_and_counters_come_in_and_stand_in_their_wards_whichever_file_came_first(
    officer: Database, put: Callable[..., int]
) -> None:
    assert put("bins", BINS) == 2
    assert found(officer, "SELECT ward_code FROM bin") == [(None,), (None,)]
    put("wards", WARDS)
    put("counters", COUNTERS)
    assert found(officer, "SELECT bin_id, ward_code, visit_every_days FROM bin ORDER BY bin_id") == [
        ("B1", "E1", 1),
        ("B2", "E2", 1),
    ]
    assert found(officer, "SELECT ward_code FROM counter") == [("E1",), ("E1",)]
    ((name, name_cy, lat),) = found(officer, "SELECT name, name_cy, lat FROM place")
    assert (name, name_cy, lat) == ("Quay", "Cei", pytest.approx(54.91))


def test_a_bin_is_not_put_into_the_ward_of_another_council(officer: Database, put: Callable[..., int]) -> None:
    put("wards", WARDS, "otherton")
    put("bins", BINS)
    assert found(officer, "SELECT ward_code FROM bin") == [(None,), (None,)]


def test_every_wrong_line_is_told_and_nothing_of_the_file_comes_in(officer: Database, put: Callable[..., int]) -> None:
    text = BINS + "B 3,Quay,north,-1.6,100,,\nB4,,54.9,181,0,,24:00\nB5,Quay,54.9\nB1,Again,54.9,-1.6,100,,\n"
    assert refusals(put, "bins", text) == [
        "line 4: bin_id 'B 3' is not 1 to 64 letters, digits, - or _",
        "line 5: name is empty",
        "line 6: it has more or fewer cells than the first line",
        "line 7: it has the same bin_id as line 2",
    ]
    assert found(officer, "SELECT * FROM bin") == []


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("bins", "", ["line 1: column bin_id is missing"]),
        ("bins", "bin_id,name,lat,lon,capacity_l,colour\n", ["line 1: there is no column 'colour' here"]),
        ("bins", "bin_id,name,lat,lon,capacity_l\nB1,Quay,abc,-1.6,100\n", ["line 2: lat 'abc' is not a number"]),
        ("bins", "bin_id,name,lat,lon,capacity_l\nB1,Quay,54.9,nan,100\n", ["line 2: lon 'nan' is not between -180 and 180"]),
        ("bins", 'bin_id,name,lat,lon,capacity_l\nB1,"Quay,54.9', ["after line 1: the file is not CSV"]),
        ("counters", COUNTERS + "C3,quay,Harbour,Cei,East,54.9,-1.6\n", ["line 4: place 'quay' has another name in line 2"]),
        (
            "vehicles",
            "vehicle_id,name,capacity_l,shift_from,shift_until\nV1,Van,900,22:00,06:00\n",
            ["line 2: shift_until 06:00 must be after shift_from 22:00, on the same day"],
        ),
        (
            "bases",
            "base_id,kind,name,lat,lon,open_from,open_until\nT,tip,Tip,54.9,-1.6,18:00,06:00\n",
            ["line 2: open_until 06:00 must be after open_from 18:00, on the same day"],
        ),
        (
            "vehicles",
            "vehicle_id,name,capacity_l,shift_from,shift_until\nV1,Van,900,6,14:00\n",
            ["line 2: shift_from '6' is not a"],
        ),
        ("bases", "base_id,kind,name,lat,lon\nD,yard,Depot,54,-1\n", ["line 2: kind 'yard' is not one of depot, tip"]),
        ("wards", "not json", ["the file: it is not a GeoJSON FeatureCollection"]),
        ("wards", WARDS.replace('"WD23NM"', '"WD23NMW": "\\u0000", "WD23NM"'), ["feature 1: '\\x00' is not printable text"]),
        ("wards", '{"features": [7]}', ["feature 1: it is not a Feature with properties and a geometry"]),
        ("wards", json.dumps({"features": [{"properties": {"name": "x"}, "geometry": {}}]}), ["feature 1: '' is not 1 to 64"]),
        ("streets", "not PBF", ["the file: it is not an OpenStreetMap extract in PBF"]),
    ],
)
def test_a_malformed_file_is_refused_with_what_is_wrong(put: Callable[..., int], kind: str, text: str, told: list[str]) -> None:
    for line, beginning in zip(refusals(put, kind, text), told, strict=False):
        assert line.startswith(beginning)


def test_a_file_that_is_not_utf_8_says_how_to_export_it(officer: Database) -> None:
    with pytest.raises(ImportRefusedError, match="not UTF-8"), officer.transaction() as conn:
        import_file(conn, "rivermouth", Kind.BINS, BINS.replace("Quay", "Café").encode("latin-1"), TOLD)


HEAD = "device,model,bin_id,counter_id,valid_from,valid_to,empty_mm,full_mm,max_range_mm\n"


def test_a_new_installation_ends_the_former_one_and_importing_again_changes_nothing(
    officer: Database, put: Callable[..., int]
) -> None:
    put("bins", BINS)
    first = f"{EUI},em310-udl,B1,,2026-01-01T00:00:00Z,,1200,300,4500\n"
    moved = f"{EUI},em310-udl,B2,,2026-03-01T00:00:00Z,,1100,300,4500\n"
    for text in (HEAD + first, HEAD + moved, HEAD + moved + first):
        put("installations", text)
    versions = "SELECT bin_id, valid_from, valid_to, empty_mm FROM installation ORDER BY valid_from"
    assert found(officer, versions) == [
        ("B1", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC), 1200),
        ("B2", datetime(2026, 3, 1, tzinfo=UTC), None, 1100),
    ]
    assert found(officer, "SELECT device, since FROM touched JOIN device USING (device_id)") == [
        (EUI.lower(), datetime(2026, 1, 1, tzinfo=UTC))
    ]
    put("installations", HEAD + first.replace("1200", "1250"))
    assert found(officer, versions)[0][3] == 1250


def test_installations_must_fit_together_and_to_what_the_council_has(put: Callable[..., int]) -> None:
    put("bins", BINS)
    put("bins", BINS.replace("B1", "X1").replace("B2", "X2"), "otherton")
    put("installations", HEAD + "24e124713d000009,em310-udl,X1,,2026-01-01T00:00:00Z,,1200,300,\n", "otherton")
    lines = [
        f"{EUI},em310-udl,B9,,2026-01-01T00:00:00Z,,1200,300,",
        "24e124713d000002,em310-udl,X1,,2026-01-01T00:00:00Z,,1200,300,",
        "24e124713d000009,em310-udl,B1,,2026-01-01T00:00:00Z,,1200,300,",
        "otherton/bin-1,direct-bin,B1,,2026-01-01T00:00:00Z,,1200,300,",
    ]
    assert refusals(put, "installations", HEAD + "\n".join(lines)) == [
        "line 2: 'B9' is not among the council's bins: import those first",
        "line 3: 'X1' is not among the council's bins: import those first",
        "line 4: '24e124713d000009' is in use by another council: give it another name",
        "line 5: device 'otherton/bin-1' must begin with rivermouth/",
    ]
    lines = [
        f"{EUI},em310-udl,,,2026-01-01T00:00:00Z,,1200,300,",
        f"{EUI},vs133,B1,,2026-01-02T00:00:00Z,,1200,300,",
        f"{EUI},em310-udl,B1,,2026-01-03T00:00:00Z,,300,1200,",
        f"{EUI},em310-udl,B1,,2026-01-04T00:00:00Z,2026-01-01T00:00:00Z,1200,300,",
        f"{EUI},em310-udl,B1,,2026-01-05,,1200,300,",
        f"{EUI},em999,B1,,2026-01-06T00:00:00Z,,1200,300,",
        "sensor-1,em310-udl,B1,,2026-01-07T00:00:00Z,,1200,300,",
    ]
    told = refusals(put, "installations", HEAD + "\n".join(lines))
    assert [line.split(" ", 2)[2][:30] for line in told] == [
        "either bin_id or counter_id mu",
        "a device of model vs133 needs ",
        "full_mm 1200 must be less than",
        "valid_to 2026-01-01T00:00:00+0",
        "valid_from '2026-01-05' has no",
        "model 'em999' is not one of ca",
        "device 'sensor-1' is neither a",
    ]


def test_one_council_cannot_take_over_anothers_assets(put: Callable[..., int]) -> None:
    put("bins", BINS)
    assert refusals(put, "bins", BINS, "otherton") == [
        "line 2: 'B1' is in use by another council: give it another name",
        "line 3: 'B2' is in use by another council: give it another name",
    ]
    assert refusals(put, "bins", BINS, "atlantis") == ["the council: there is no 'atlantis' yet: `streets council add` it"]


@given(
    raw=st.binary(max_size=300)
    | st.text(alphabet='bin_id,name\n"B1\x00\ud800', max_size=60).map(lambda text: text.encode(errors="replace"))
)
def test_no_file_breaks_the_readers(raw: bytes) -> None:
    for table in (tables.BINS, tables.INSTALLATIONS):
        lines, refused = tables.read_csv(table, raw)
        assert refused or not lines
    assert geography.read_wards(raw)[0] == []
    assert geography.read_streets(raw)


def test_the_simulated_town_comes_in_whole(officer: Database, tmp_path: Path) -> None:
    from simulators.town import write_town

    write_town(tmp_path, 7, AT)
    files = {file.name.partition(".")[0]: file for file in tmp_path.iterdir()}
    with officer.transaction() as conn:
        for kind in FILES:
            report = import_file(conn, "rivermouth", kind, files[kind].read_bytes(), TOLD)
            assert len(report.compared) > 0
            assert not report.remarks
    assert found(officer, "SELECT count(*) FROM bin WHERE ward_code IS NULL") == [(0,)]
