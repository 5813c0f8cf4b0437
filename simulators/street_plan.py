"""How Rivermouth is laid out: rows of streets from west to east, columns from south to north, and a river with two bridges.

The crossings are moved a little, so that no two blocks are alike.
"""

from simulators.dice import dice
from simulators.ground import Point, along
from simulators.streets import Street, Streets

WEST_EAST_M = (-1800, -1600, -1400, -1230, -1060, -900, -740, -580, -420, -260, -130)
EAST_EAST_M = (140, 300, 480, 660, 840, 1040, 1240, 1440)
NORTH_M = (-1200, -1050, -900, -740, -580, -430, -280, -140, 0, 150, 300, 460, 620, 790, 960, 1150)
ESPLANADE_ROW, LOWER_BRIDGE_ROW, HIGH_STREET_ROW, UPPER_BRIDGE_ROW = 0, 4, 8, 12
BRIDGES = {LOWER_BRIDGE_ROW: "Old Bridge", UPPER_BRIDGE_ROW: "King's Bridge"}
HIGH_STREET_COLUMNS = range(5, 10)
STATION_COLUMN = 3
ONE_WAY_ROWS, ONE_WAY_COLUMNS = (6, 10), (6, 8)

ROW_NAMES = (
    "Esplanade", "Marine Terrace", "Quay Street", "Heol y Môr", "Fish Quay Road", "Chapel Street", "Market Street",
    "Church Lane", "High Street", "Castle Street", "Mill Lane", "Ffordd y Parc", "Bridge Road", "School Road", "Vicarage Lane",
    "Northfield Road",
)  # fmt: skip
WEST_NAMES = (
    "Western Road", "Orchard Street", "Lôn y Felin", "Station Road", "Victoria Street", "Albert Street", "Wharf Street",
    "Stryd y Bont", "Union Street", "Bank Street", "West Quay",
)  # fmt: skip
EAST_NAMES = (
    "East Quay", "Foundry Street", "Heol yr Orsaf", "Maes Gwyn", "Park Avenue", "Beacon Road", "Gorse Hill", "Eastern Road",
)  # fmt: skip


def build_streets(seed: int) -> Streets:
    """Draw the town's streets. The same seed draws the same streets."""
    draw = _Drawing(seed)
    for row in range(len(NORTH_M)):
        draw.row(row)
    for column in range(len(WEST_EAST_M)):
        draw.column(column, WEST_NAMES[column])
    for column in range(len(EAST_EAST_M)):
        draw.column(len(WEST_EAST_M) + column, EAST_NAMES[column])
    for column in HIGH_STREET_COLUMNS:
        draw.lane(crossing(HIGH_STREET_ROW - 1, column), (45, 55))
    east = len(WEST_EAST_M)
    depot = draw.lane(crossing(14, east + 6), (60, 70), "Depot Road")
    eastern_tip = draw.lane(crossing(15, east + 7), (160, 120), "Eastern Transfer Station Road")
    western_tip = draw.lane(crossing(10, 0), (-220, 40), "Western Recycling Centre Road")
    draw.river()
    return Streets(draw.nodes, tuple(draw.ways), depot, (eastern_tip, western_tip))


def crossing(row: int, column: int) -> int:
    """The node where a row meets a column; columns count from the west, across the river."""
    return 1000 + row * 100 + column


class _Drawing:
    def __init__(self, seed: int) -> None:
        luck = dice(seed, "streets")
        self.nodes: dict[int, Point] = {}
        self.ways: list[Street] = []
        self.next_node = 10_000
        for row, north in enumerate(NORTH_M):
            for column, east in enumerate((*WEST_EAST_M, *EAST_EAST_M)):
                shift = luck.uniform(-18, 18, 2)
                self.nodes[crossing(row, column)] = (east + float(shift[0]), north + float(shift[1]))

    def way(self, nodes: list[int], name: str | None, **tags: str) -> None:
        """Add a way; a name brings a USRN."""
        number = len(self.ways) + 1
        usrn = 7_800_000 + number if name and "highway" in tags else 0
        named = {"name": name} if name else {}
        numbered = {"ref:GB:usrn": str(usrn)} if usrn else {}
        self.ways.append(Street(50_000 + number, tuple(nodes), {**tags, **named, **numbered}, usrn))

    def bent(self, crossings: list[int]) -> list[int]:
        """The crossings with a bend between each two of them."""
        found = crossings[:1]
        for a, b in zip(crossings, crossings[1:], strict=False):
            self.next_node += 1
            self.nodes[self.next_node] = along(self.nodes[a], self.nodes[b], 0.5, aside_m=float(self.next_node % 13 - 6))
            found += [self.next_node, b]
        return found

    def row(self, row: int) -> None:
        """A street from west to east, on either bank; two of them cross the river."""
        west_columns = len(WEST_EAST_M)
        west = [crossing(row, column) for column in range(west_columns)]
        east = [crossing(row, west_columns + column) for column in range(len(EAST_EAST_M))]
        tags = _row_tags(row)
        name = ROW_NAMES[row]
        if row == HIGH_STREET_ROW:
            first, last = HIGH_STREET_COLUMNS.start, HIGH_STREET_COLUMNS.stop - 1
            self.way(self.bent(west[: first + 1]), "Upper High Street", highway="tertiary", maxspeed="20 mph")
            self.way(
                self.bent(west[first : last + 1]), name, highway="pedestrian", surface="paving_stones",
                motor_vehicle="no", **{"motor_vehicle:conditional": "destination @ (00:00-10:00)"},
            )  # fmt: skip
            self.way(self.bent(west[last:]), "Quay Steps", **tags)
        else:
            self.way(self.bent(west), name, **tags)
        if row in BRIDGES:
            self.way([west[-1], east[0]], BRIDGES[row], bridge="yes", layer="1", **tags)
        self.way(self.bent(east), _east_name(row), **tags)

    def column(self, column: int, name: str) -> None:
        """A street from south to north."""
        tags = {"highway": "residential", "maxspeed": "20 mph"}
        if column == STATION_COLUMN or column == len(WEST_EAST_M) + 4:
            tags = {"highway": "tertiary", "maxspeed": "30 mph"}
        elif column in ONE_WAY_COLUMNS:
            tags["oneway"] = "yes"
        self.way(self.bent([crossing(row, column) for row in range(len(NORTH_M))]), name, **tags)

    def lane(self, start: int, reach: tuple[float, float], name: str | None = None) -> int:
        """A service road from a crossing; the node at its end."""
        self.next_node += 1
        east, north = self.nodes[start]
        self.nodes[self.next_node] = (east + reach[0], north + reach[1])
        self.way([start, self.next_node], name, highway="service", maxspeed="10 mph")
        return self.next_node

    def river(self) -> None:
        """Afon Rhiw, from the hills to the sea."""
        course = []
        for north in range(-1500, 1501, 250):
            self.next_node += 1
            self.nodes[self.next_node] = (5.0 + 12.0 * ((north // 250) % 3 - 1), float(north))
            course.append(self.next_node)
        self.way(course[::-1], "Afon Rhiw", waterway="river")


def _row_tags(row: int) -> dict[str, str]:
    if row == UPPER_BRIDGE_ROW:
        return {"highway": "primary", "ref": "A4870", "maxspeed": "30 mph"}
    if row in (LOWER_BRIDGE_ROW, ESPLANADE_ROW):
        return {"highway": "tertiary", "maxspeed": "30 mph"}
    if row in ONE_WAY_ROWS:
        return {"highway": "residential", "maxspeed": "20 mph", "oneway": "yes"}
    return {"highway": "residential", "maxspeed": "20 mph"}


def _east_name(row: int) -> str:
    """What a row is called beyond the river."""
    if row in (ESPLANADE_ROW, HIGH_STREET_ROW):
        return f"{ROW_NAMES[row]} East"
    return f"{ROW_NAMES[row].removesuffix(' Street').removesuffix(' Road').removesuffix(' Lane')} Rise"
