"""How well sites that at least three passes felt agree with where passengers of at least two drives pressed the button.

A drive is one pass. Its impacts are placed between its fixes, impacts of all drives are clustered as the product does, and sites
that fewer than three drives felt are left out. The truth: presses of all drives within 10 m of one another (and of those, in
turn) belong together; where at least two drives have one, their mean position is a pothole. A site is right within 10 m of a
pothole that no nearer site has taken. `recall` is of all potholes; `recall_where_3_passed` of those that at least three drives
came past, since no other could be found.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from bench.command import answer, arguments, rounded
from bench.recorded_drives import Drive, Place, read
from cli.drives import felt
from streets.potholes.cluster import centre, clusters, metres
from streets.potholes.evidence import LEAST_REPORTERS

WITHIN_M = 10.0
LEAST_DRIVES = 2


def sites(passes: Sequence[Sequence[Place]]) -> list[Place]:
    """The product's sites from the places of each pass's impacts, of those that at least three passes felt."""
    places = [place for of_one in passes for place in of_one]
    pass_of = [number for number, of_one in enumerate(passes) for _ in of_one]
    found = [members for members in clusters(places) if len({pass_of[index] for index in members}) >= LEAST_REPORTERS]
    return [centre([places[index] for index in members]) for members in found]


def potholes(presses: Sequence[Sequence[Place]]) -> list[Place]:
    """The mean positions of presses that at least two drives share."""
    places = np.array([place for of_one in presses for place in of_one]).reshape(-1, 2)
    drive_of = np.array([number for number, of_one in enumerate(presses) for _ in of_one])
    if not len(places):
        return []
    pairs = cKDTree(metres([tuple(place) for place in places], float(places[0, 0]))).query_pairs(WITHIN_M, output_type="ndarray")
    linked = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(places),) * 2)
    _, group_of = connected_components(linked, directed=False)
    groups = [group_of == group for group in np.unique(group_of)]
    shared = [members for members in groups if len(set(drive_of[members])) >= LEAST_DRIVES]
    return [(float(places[members, 0].mean()), float(places[members, 1].mean())) for members in shared]


def gaps_m(found: Sequence[Place], true: Sequence[Place]) -> dict[int, float]:
    """Metres from each pothole that was found (by number) to the site that found it; nearest pairs first, each taken once."""
    if not found or not true:
        return {}
    here, there = metres(found, true[0][0]), metres(true, true[0][0])
    gap = np.linalg.norm(here[:, None] - there[None], axis=2)
    taken: dict[int, float] = {}
    sites_taken: set[int] = set()
    for flat in np.argsort(gap, axis=None):
        site, pothole = divmod(int(flat), len(true))
        if gap[site, pothole] <= WITHIN_M and site not in sites_taken and pothole not in taken:
            taken[pothole] = float(gap[site, pothole])
            sites_taken.add(site)
    return taken


def passed_by_three(drives: Sequence[Drive], true: Sequence[Place]) -> list[bool]:
    """Whether at least three drives came within 10 m of each pothole."""
    passes = np.zeros(len(true), dtype=int)
    for drive in drives:
        way = cKDTree(metres(list(zip(drive.trace.lat, drive.trace.lon, strict=True)), true[0][0]))
        passes += way.query(metres(true, true[0][0]))[0] <= WITHIN_M
    return [bool(enough) for enough in passes >= LEAST_REPORTERS]


def score(found: Sequence[Place], true: Sequence[Place], could_be_found: Sequence[bool]) -> dict[str, float | None]:
    """Precision, recall and the median error in metres; None where there is nothing to divide by."""
    right = gaps_m(found, true)
    return {
        "precision": rounded(len(right) / len(found)) if found else None,
        "recall": rounded(len(right) / len(true)) if true else None,
        "median_error_m": rounded(float(np.median(list(right.values()))), 1) if right else None,
        "recall_where_3_passed": rounded(sum(could_be_found[n] for n in right) / sum(could_be_found))
        if any(could_be_found)
        else None,
        "sites": len(found),
        "potholes": len(true),
        "potholes_where_3_passed": sum(could_be_found),
    }


def main() -> None:
    """Score a folder of drives."""
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path)
    drives = list(read(parser.parse_args().folder))
    found = sites([drive.places([impact.at_s for impact in felt(drive.trace)]) for drive in drives])
    true = potholes([drive.places(drive.pressed_at_s) for drive in drives])
    answer(score(found, true, passed_by_three(drives, true) if true else []))


if __name__ == "__main__":
    main()
