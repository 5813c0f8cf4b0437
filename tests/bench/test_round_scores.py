"""What the benchmark of rounds scores, on instances small enough to plan by hand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.rounds import published_days, score_instance, score_waste

ROOT = Path(__file__).parents[2]
CVRP = """NAME : line
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 10 0
3 20 0
4 -5 0
DEMAND_SECTION
1 0
2 5
3 5
4 5
DEPOT_SECTION
1
-1
EOF
"""
REPORT = """Day: 0: Vehicle:0 time: 50.0 cost:30.0
         0     1     2     3
path    0.0   1.0   2.0   0.0
demand  0.0   4.0   0.0   0.0
__________
Day: 1: Vehicle:0 time: 50.0 cost:44.0
path    0.0   1.0   2.0   0.0
"""


def test_two_routes_on_a_line_cost_there_and_back(tmp_path: Path) -> None:
    """Two fit into the vehicle: 20 out and back is 40, and 5 the other way is 10; 40 is said to be best known."""
    (tmp_path / "line.vrp").write_text(CVRP)
    (tmp_path / "line.sol").write_text("Route #1: 1 2\nCost 40\n")
    assert score_instance(tmp_path / "line.vrp", "cvrp", 1.0) == {"cost": 50, "best_known": 40, "gap_pct": 25}


def ring_in(folder: Path, name: str, demand: float) -> Path:
    """Depot, customer and tip ten minutes apart in a ring, and their published plan."""
    kinds = ("depot", "customer", "intermediateFacility")
    places = [
        {"properties": {"id": n, "type": kind, "demand": demand * (n == 1), "service": 0.0}} for n, kind in enumerate(kinds)
    ]
    info = {"numVehicles": 1, "maxDuration": 60, "maxCapacity": 5}
    ring = [[0, 10, 20], [20, 0, 10], [10, 20, 0]]
    for part in ("instances", "solutions"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    path = folder / "instances" / f"{name}.geojson"
    path.write_text(json.dumps({"info": info, "features": places, "duration": ring}))
    (folder / "solutions" / f"report_{name}_feasible_74_0.txt").write_text(REPORT)
    return path


def scored(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, ROOT / "bench/rounds.py", folder, "--budget", "0.2", "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_instance_without_a_plan_or_a_known_cost_is_told_as_such_beside_the_others(tmp_path: Path) -> None:
    """One ring's customer has more than the vehicle holds; nobody tells what the line's best plan costs."""
    ring_in(tmp_path / "pvrpif", "Heavy", 9.0)
    ring_in(tmp_path / "pvrpif", "Ring", 1.0)
    (tmp_path / "cvrp").mkdir()
    (tmp_path / "cvrp" / "line.vrp").write_text(CVRP)
    ended = scored(tmp_path)
    assert json.loads(ended.stdout.splitlines()[-1]) == {
        "line": {"cost": 50, "best_known": None, "gap_pct": None},
        "Heavy": {"cost": None, "best_known": 74, "gap_pct": None},
        "Ring": {"cost": 60, "best_known": 74, "gap_pct": pytest.approx(-18.92)},
        "pvrpif_total": None,
        "pvrpif_published": 148,
    }
    assert "Heavy" in ended.stderr


def test_a_folder_without_instances_is_refused(tmp_path: Path) -> None:
    ended = scored(tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "no instances" in ended.stderr


def test_the_days_of_a_published_plan_are_planned_anew(tmp_path: Path) -> None:
    """30 minutes a day, where the second day is said to take 44."""
    path = ring_in(tmp_path, "Ring", 1.0)
    assert published_days(REPORT) == {0: [0, 1, 2, 0], 1: [0, 1, 2, 0]}
    assert score_waste(path, 0.5) == {"cost": 60, "best_known": 74, "gap_pct": pytest.approx(-18.92)}
