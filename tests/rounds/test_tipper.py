"""The vehicle that OSRM is told of is the one that our own engine drives."""

import re
from pathlib import Path

from streets.network import access, driving

LUA = (Path(__file__).parents[2] / "docs/tipper.lua").read_text()


def test_osrm_drives_as_fast_as_our_engine() -> None:
    told = dict(re.findall(r"(\w+) = (\d+)", re.search(r"PACE_MPH = \{(.*?)\}", LUA, re.DOTALL)[1]))  # type: ignore[index]
    # OSRM knows no hours, so pedestrian streets are closed to it.
    assert {kind: float(mph) for kind, mph in told.items()} == {k: v for k, v in driving.PACE_MPH.items() if k != "pedestrian"}


def test_osrm_drives_as_large_a_vehicle_as_our_engine_into_the_same_streets() -> None:
    sizes = dict(re.findall(r"vehicle_(\w+) = ([\d.]+)", LUA))
    ours = {"height": access.USUAL.height_m, "width": access.USUAL.width_m, "weight": 1000 * access.USUAL.weight_t}
    assert {name: float(sizes[name]) for name in ours} == ours
    hierarchy = re.search(r"access_tags_hierarchy = Sequence \{(.*?)\}", LUA)
    assert hierarchy and tuple(re.findall(r"'(\w+)'", hierarchy[1])) == access.BY_DETAIL
    assert all(f"'{service}'" in LUA for service in driving.NOT_COLLECTED_FROM)
    opened = access.OPEN - {"yes", "permissive", "designated"}  # those are open in its own car profile
    assert all(f"'{value}'" in LUA for value in opened)
