"""What the benchmark of rounds scores, on instances small enough to plan by hand."""

import json
from pathlib import Path

import pytest

from bench.rounds import published_days, score_instance, score_waste

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


def test_the_days_of_a_published_plan_are_planned_anew(tmp_path: Path) -> None:
    """Depot, customer and tip lie ten minutes apart in a ring: 30 minutes a day, where the second day is said to take 44."""
    kinds = ("depot", "customer", "intermediateFacility")
    places = [{"properties": {"id": n, "type": kind, "demand": float(n == 1), "service": 0.0}} for n, kind in enumerate(kinds)]
    info = {"numVehicles": 1, "maxDuration": 60, "maxCapacity": 5}
    ring = [[0, 10, 20], [20, 0, 10], [10, 20, 0]]
    for folder in ("instances", "solutions"):
        (tmp_path / folder).mkdir()
    path = tmp_path / "instances" / "Ring.geojson"
    path.write_text(json.dumps({"info": info, "features": places, "duration": ring}))
    (tmp_path / "solutions" / "report_Ring_feasible_74_0.txt").write_text(REPORT)
    assert published_days(REPORT) == {0: [0, 1, 2, 0], 1: [0, 1, 2, 0]}
    assert score_waste(path, 0.5) == {"cost": 60, "best_known": 74, "gap_pct": pytest.approx(-18.92)}
