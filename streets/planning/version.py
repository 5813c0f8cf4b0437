"""A new version of a day's plan on its way into the store: the solver's numbers become stops with names, times and streets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from streets.network.placed import Leg
from streets.planning.day import Day
from streets.planning.offered import figures_of
from streets.rounds.demand import Need
from streets.rounds.problem import Candidate, Round, Stop
from streets.store.rounds import Base, PlannedRound, PlannedStop, ReachableBin

NAMES = UUID("7b0a4f0e-53a5-4a0e-9f6e-2f7f2d1c9a10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What all rounds of one version share. The same council, day, vehicle and number always give the same round_id."""

    day: Day
    needs: Mapping[str, Need]
    candidates: Mapping[str, Candidate]
    number: int
    planned_by: str
    settings: dict[str, Any]

    def kept_in_place(self, vehicle_id: str) -> dict[UUID, int]:
        """The vehicle's done stops, and their positions: they come first."""
        return {stop.stop_id: position for position, stop in enumerate(self._behind(vehicle_id))}

    def kept(self, made: Round) -> tuple[PlannedRound, list[PlannedStop]]:
        """A round and its new stops, to be kept after those that stay in place."""
        behind, round_id = self._behind(made.vehicle_id), self._round_id(made.vehicle_id)
        stops = self._stops(made, round_id, len(behind))
        whole = [*behind, *stops]
        planned = PlannedRound(
            round_id=round_id,
            council=self.day.council,
            service_date=self.day.service_date,
            vehicle_id=made.vehicle_id,
            vehicle_name=next(each.name for each in self.day.vehicles if each.vehicle_id == made.vehicle_id),
            version=self.number,
            planned_at=self.day.at,
            planned_by=self.planned_by,
            starts_at=whole[0].eta,
            ends_at=whole[-1].eta,
            drive_s=sum(stop.leg_s for stop in whole),
            distance_m=sum(stop.leg_m for stop in whole),
            settings=self.settings,
            superseded_at=None,
        )
        return planned, stops

    def _behind(self, vehicle_id: str) -> tuple[PlannedStop, ...]:
        done = self.day.done.get(vehicle_id)
        return done.stops if done else ()

    def _round_id(self, vehicle_id: str) -> UUID:
        return uuid5(NAMES, f"{self.day.council}/{self.day.service_date}/{vehicle_id}/{self.number}")

    def _stops(self, made: Round, round_id: UUID, behind: int) -> list[PlannedStop]:
        """The new stops. A vehicle on its round keeps its old start; the new one is only where it stands now."""
        number = next(k for k, each in enumerate(self.day.vehicles) if each.vehicle_id == made.vehicle_id)
        legs = self.day.placed[number].legs([stop.point for stop in made.stops])
        drives: list[tuple[Stop, Leg | None]] = list(zip(made.stops[1:], legs, strict=True))
        if not behind:
            drives.insert(0, (made.stops[0], None))
        return [self._stop(stop, leg, round_id, position) for position, (stop, leg) in enumerate(drives, behind)]

    def _place(self, stop: Stop) -> ReachableBin | Base | PlannedStop:
        """The bin or base where a stop is; the crew rests where the vehicle then stands."""
        if stop.kind == "bin":
            return self.day.bin(stop.ref)
        return self.day.place(stop.point) if stop.kind == "break" else self.day.base(stop.ref)

    def _stop(self, stop: Stop, leg: Leg | None, round_id: UUID, position: int) -> PlannedStop:
        is_bin = stop.kind == "bin"
        place = self._place(stop)
        candidate = self.candidates[stop.ref] if is_bin else None
        window_s = next((one for one in candidate.windows_s if one[1] >= stop.begin_s), None) if candidate else None
        return PlannedStop(
            stop_id=uuid5(round_id, str(position)),
            round_id=round_id,
            position=position,
            kind=stop.kind,
            bin_id=stop.ref if is_bin else None,
            base_id=None if stop.kind in ("bin", "break") else self.day.base(stop.ref).base_id,
            name=place.name,
            lat=place.lat,
            lon=place.lon,
            eta=self.day.time(stop.arrive_s),
            leg_s=stop.leg_s,
            leg_m=stop.leg_m,
            leg_line=[[round(lon, 6), round(lat, 6)] for lat, lon in leg.line] if leg else [],
            leg_streets=list(leg.streets) if leg else [],
            service_s=stop.leave_s - stop.begin_s,
            window_from=self.day.time(window_s[0]) if window_s else None,
            window_until=self.day.time(window_s[1]) if window_s else None,
            expected_load_l=candidate.load_l if candidate else None,
            why=self.needs[stop.ref].why if is_bin else stop.kind,
            why_detail=figures_of(self.day.bin(stop.ref), self.needs[stop.ref]) if is_bin else {},
        )
