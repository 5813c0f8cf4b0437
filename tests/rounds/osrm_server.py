"""A stand-in for osrm-routed: /nearest, /table and /route as documented, over streets of ours, and the answers of a bad day."""

import json
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from streets.network.extract import LatLon
from streets.network.placed import Placed
from streets.network.streets import read_streets
from streets.network.travel import place
from tests.quiet_server import QuietServer


class OsrmServer(QuietServer):
    """Answers from `osm_pbf`. `trouble`: what to answer instead of the service of that name, as (status, body); None: nothing.

    After `questions_a_line` it hangs up, as osrm-routed does, when the next question comes.
    """

    def __init__(self, osm_pbf: bytes, data_version: str = "one") -> None:
        super().__init__()
        self.data_version = data_version
        self.trouble: dict[str, tuple[int, bytes] | None] = {}
        self.tables: list[tuple[int, int]] = []
        self.questions_a_line: int | None = None
        self._lines: dict[BaseHTTPRequestHandler, int] = {}
        self._streets = read_streets(osm_pbf)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one question, or trouble."""
        self._lines[request] = self._lines.get(request, 0) + 1
        if self._lines[request] == self.questions_a_line:
            request.close_connection = True
            return
        told = urlsplit(request.path)
        _, service, version, profile, where = told.path.split("/")
        assert (version, profile) == ("v1", "driving")
        points = [(float(lat), float(lon)) for lon, lat in (each.split(",") for each in where.split(";"))]
        if service in self.trouble:
            answer = self.trouble[service]
            if answer is None:
                self.over.wait()
                return
        else:
            asked = {name: values[0] for name, values in parse_qs(told.query).items()}
            said = {"code": "Ok", "data_version": self.data_version} | getattr(self, service)(place(self._streets, points), asked)
            answer = 200 if said["code"] == "Ok" else 400, json.dumps(said).encode()
        request.send_response(answer[0])
        request.send_header("Content-Length", str(len(answer[1])))
        request.end_headers()
        request.wfile.write(answer[1])

    def nearest(self, found: Placed, asked: dict[str, str]) -> dict:
        assert asked["number"] == "1"
        if not found.reachable(0):
            return {"code": "NoSegment", "message": "Could not find a matching segment for coordinate"}
        return {"waypoints": [{"distance": found.off_m[0], "name": ""}]}

    def table(self, found: Placed, asked: dict[str, str]) -> dict:
        rows, columns = ([int(k) for k in asked[side].split(";")] for side in ("sources", "destinations"))
        self.tables.append((len(rows), len(columns)))
        assert asked["annotations"] == "duration,distance"
        if len(rows) * len(columns) > 100 * 100:
            return {"code": "TooBig", "message": "Too many table coordinates"}
        of = {"durations": found.seconds, "distances": found.metres}
        return {name: [[None if of[name][i, j] < 0 else float(of[name][i, j]) for j in columns] for i in rows] for name in of}

    def route(self, found: Placed, asked: dict[str, str]) -> dict:
        assert (asked["geometries"], asked["steps"], asked["continue_straight"]) == ("geojson", "true", "false")
        return {"routes": [{"legs": [self._leg(leg.line, leg.streets) for leg in found.legs(range(len(found.points)))]}]}

    def _leg(self, line: Sequence[LatLon], names: Sequence[str]) -> dict:
        """One step a street, and the last, which only arrives: it has the last point twice, as OSRM tells it."""
        drawn = [[lon, lat] for lat, lon in line]
        steps = [{"name": name, "geometry": {"coordinates": drawn}} for name in names or [""]]
        return {"steps": [*steps, {"name": "", "geometry": {"coordinates": [drawn[-1], drawn[-1]]}}]}
