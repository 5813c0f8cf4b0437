"""Phones and crew tablets that drive the streets, feel bumps, and say so one by one, late and without a trace.

A phone's token is drawn anew each week; the first and last pieces of each trip are left out; what leaves is rounded to
the hour. Castings are met far more often than potholes, as Boston found (eight to one).
"""

from collections import Counter
from datetime import datetime, timedelta
from hashlib import sha256
from math import atan2, degrees

import numpy as np

from sensors.readings import BumpReading, CoverageReading
from simulators.dice import dice
from simulators.encoders import speaker
from simulators.ground import lat_lon
from simulators.networks.air import Sent
from simulators.roads import FELT, SEVERITY_G, Obstacle
from simulators.streets import Piece, Streets

PHONES, TABLETS = 36, 3
PHONE_PIECES, TABLET_PIECES = 44, 170
CUT_PIECES = 3
PHONE_TRIPS_A_DAY = 0.9
GPS_ERROR_M = 3.0
"""Standard deviation on either axis: 3.8 m from the truth on average (mean of a Rayleigh variable)."""
FALSE_BUMPS = 0.002
BUMPS, COVERAGES = speaker("phone-bump"), speaker("phone-coverage")
MAIN_ROADS = {"primary": 4.0, "tertiary": 2.5, "service": 0.05}


class Phones:
    """All reporters; they move on day by day and tell their week's coverage on Monday."""

    def __init__(self, seed: int, council: str, streets: Streets, obstacles: tuple[Obstacle, ...]) -> None:
        self.seed, self.council, self.streets = seed, council, streets
        self.on_piece: dict[int, list[Obstacle]] = {}
        for obstacle in obstacles:
            self.on_piece.setdefault(obstacle.piece, []).append(obstacle)
        self.passes: Counter[tuple[str, int]] = Counter()

    def next_day(self, number: int, day: datetime) -> list[Sent]:
        """What is received of the `number`-th day: its bumps, and on a Monday the coverage of the week before."""
        sent = self._tell_coverage(day) if day.weekday() == 0 else []
        for reporter in range(PHONES + TABLETS):
            luck = dice(self.seed, "trips", reporter, number)
            tablet = reporter >= PHONES
            for _ in range(1 if tablet else int(luck.poisson(PHONE_TRIPS_A_DAY))):
                start_hour = 6.5 if tablet else float(luck.choice((7.5, 8.0, 12.5, 16.0, 17.0, 17.5, 19.0)))
                sent += self._trip(luck, reporter, number, day + timedelta(hours=start_hour), tablet)
        return sent

    def token(self, reporter: int, day: datetime) -> str:
        """The reporter's token of that week: 16 hexadecimal digits, from which nobody learns the one of another week."""
        week = day.isocalendar()
        return sha256(f"{self.seed}/{reporter}/{week.year}-{week.week}".encode()).hexdigest()[:16]

    def _trip(self, luck: np.random.Generator, reporter: int, number: int, starts: datetime, tablet: bool) -> list[Sent]:
        way = self._drive(luck, TABLET_PIECES if tablet else PHONE_PIECES)
        token = self.token(reporter, starts)
        topic = f"streets/v1/{self.council}/phone/{token}/bump"
        sent = []
        elapsed_s = 0.0
        for step, (index, forwards) in enumerate(way):
            piece = self.streets.pieces[index]
            elapsed_s += piece.length_m / 7.0
            if step < CUT_PIECES or step >= len(way) - CUT_PIECES:
                continue
            if piece.street.usrn:
                self.passes[token, piece.street.usrn] += 1
            at = starts + timedelta(seconds=elapsed_s)
            for obstacle in self._felt(luck, index, number):
                message = self._bump(luck, obstacle, piece, forwards, at)
                sent.append((at.timestamp() + float(luck.uniform(600, 18_000)), topic, message))
        return sent

    def _drive(self, luck: np.random.Generator, pieces: int) -> list[tuple[int, bool]]:
        onward = self.streets.onward
        node, came_by = int(luck.choice(list(onward))), -1
        way: list[tuple[int, bool]] = []
        for roll in luck.random(pieces):
            choices = [choice for choice in onward[node] if choice[0] != came_by] or list(onward[node])
            weights = np.cumsum([MAIN_ROADS.get(self.streets.pieces[index].street.tags["highway"], 1.0) for index, _ in choices])
            came_by, following = choices[int(np.searchsorted(weights, roll * weights[-1]))]
            way.append((came_by, self.streets.pieces[came_by].end == following))
            node = following
        return way

    def _felt(self, luck: np.random.Generator, index: int, number: int) -> list[Obstacle]:
        there = [obstacle for obstacle in self.on_piece.get(index, ()) if obstacle.opens_on_day <= number]
        felt = [obstacle for obstacle in there if luck.random() < FELT[obstacle.kind]]
        if luck.random() < FALSE_BUMPS:
            piece, share = self.streets.pieces[index], float(luck.random())
            a, b = self.streets.nodes[piece.start], self.streets.nodes[piece.end]
            point = (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            felt.append(Obstacle("", "manhole", index, share, point))
        return felt

    def _bump(self, luck: np.random.Generator, obstacle: Obstacle, piece: Piece, forwards: bool, at: datetime) -> bytes:
        east, north, severe = luck.normal(0.0, 1.0, 3)
        lat, lon = lat_lon((obstacle.point[0] + GPS_ERROR_M * float(east), obstacle.point[1] + GPS_ERROR_M * float(north)))
        mean_g, spread_g = SEVERITY_G[obstacle.kind]
        speed = "20_to_30_mph" if piece.street.tags.get("maxspeed") == "30 mph" else "under_20_mph"
        severity_g = max(0.25, mean_g + spread_g * float(severe))
        octant, quality = self._octant(piece, forwards), float(luck.uniform(0.5, 0.98))
        return BUMPS.report(BumpReading(lat, lon, at, severity_g, octant, speed, quality))

    def _octant(self, piece: Piece, forwards: bool) -> int:
        a, b = self.streets.nodes[piece.start], self.streets.nodes[piece.end]
        bearing = degrees(atan2(b[0] - a[0], b[1] - a[1])) + (0.0 if forwards else 180.0)
        return round(bearing / 45.0) % 8

    def _tell_coverage(self, monday: datetime) -> list[Sent]:
        week_start = monday - timedelta(days=7)
        sent = []
        for (token, usrn), passes in sorted(self.passes.items()):
            luck = dice(self.seed, "coverage", token, usrn)
            message = COVERAGES.report(CoverageReading(str(usrn), week_start, passes))
            received_at = monday.timestamp() + float(luck.uniform(7_200, 25_000))
            sent.append((received_at, f"streets/v1/{self.council}/phone/{token}/coverage", message))
        self.passes.clear()
        return sent
