"""Rivermouth: a simulated town, the same for the same seed. `write_town` writes what a council would import of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from hmac import new as hmac
from pathlib import Path

from simulators import asset_files, networks
from simulators.bins import Bin, build_bins
from simulators.counters import Counter, build_counters
from simulators.devices import CHIRPSTACK_APPLICATION, SPEAK_FOR_THEMSELVES, TTS_APPLICATION, TTS_TENANT, Device
from simulators.faults import Fault, plan_faults
from simulators.roads import Obstacle, build_obstacles
from simulators.street_plan import build_streets
from simulators.streets import Streets
from simulators.wards import Ward, build_wards

COUNCIL, NAME, NAME_CY = "rivermouth", "Rivermouth Town Council", "Cyngor Tref Rivermouth"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A collection vehicle; capacity in litres of litter as it lies in the bins and in kilograms, shift in local time."""

    vehicle_id: str
    name: str
    capacity_l: int
    capacity_kg: int
    shift_from: time
    shift_until: time

    def row(self) -> asset_files.Row:
        """Its row of vehicles.csv."""
        shift = {"shift_from": f"{self.shift_from:%H:%M}", "shift_until": f"{self.shift_until:%H:%M}"}
        capacity = {"capacity_l": self.capacity_l, "capacity_kg": self.capacity_kg}
        return {"vehicle_id": self.vehicle_id, "name": self.name, **capacity, **shift}


VEHICLES = (
    Vehicle("RVV1", "Caged tipper 1", 4_500, 950, time(6, 0), time(13, 30)),
    Vehicle("RVV2", "Caged tipper 2", 4_500, 950, time(6, 0), time(13, 30)),
    Vehicle("RVV3", "Electric barrow", 1_800, 400, time(5, 30), time(12, 0)),
)


@dataclass(frozen=True, slots=True)
class Login:
    """A broker user of the town and the topics on which it publishes (MQTT filters)."""

    username: str
    password: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that stands in Rivermouth, the hidden truth (potholes, faults) included."""

    seed: int
    starts_at: datetime
    council: str
    name: str
    name_cy: str
    streets: Streets
    wards: tuple[Ward, ...]
    bins: tuple[Bin, ...]
    counters: tuple[Counter, ...]
    obstacles: tuple[Obstacle, ...]
    faults: tuple[Fault, ...]
    has_phones: bool = True
    has_strangers: bool = True

    @property
    def first_day(self) -> datetime:
        """Midnight UTC from which the town's days are counted."""
        return self.starts_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def devices(self) -> tuple[Device, ...]:
        """Every registered device, once."""
        found = [a_bin.device for a_bin in self.bins if a_bin.device is not None]
        found += [counter.device for counter in self.counters]
        return tuple({device.name: device for device in found}.values())

    @property
    def ironwork(self) -> tuple[Obstacle, ...]:
        """What the council knows of its roads: manholes and speed bumps."""
        return tuple(obstacle for obstacle in self.obstacles if obstacle.kind != "pothole")

    @property
    def potholes(self) -> tuple[Obstacle, ...]:
        """The truth: where potholes are. No message and no file says so."""
        return tuple(obstacle for obstacle in self.obstacles if obstacle.kind == "pothole")

    def logins(self, secret: bytes) -> tuple[Login, ...]:
        """The broker users of the town: a network server, the phones' gateway, one per direct device.

        Passwords follow from `secret`, which belongs to one installation and is not the seed.
        """
        topics: dict[str, tuple[str, ...]] = {
            "rivermouth-tts": (f"v3/{TTS_APPLICATION}@{TTS_TENANT}/devices/+/+",),
            "rivermouth-chirpstack": (f"application/{CHIRPSTACK_APPLICATION}/device/+/event/+",),
            "rivermouth-phones": (f"streets/v1/{self.council}/phone/+/+",),
        }
        for device in self.devices:
            if device.network in SPEAK_FOR_THEMSELVES:
                topics[device.full_name(self.council)] = (networks.topic(device, self.council),)
            elif device.network in ("loriot", "thingpark"):
                topics[f"rivermouth-{device.network}"] = (networks.topic(device, self.council),)
        return tuple(Login(name, hmac(secret, name.encode(), "sha256").hexdigest()[:32], said) for name, said in topics.items())


def build_town(seed: int, starts_at: datetime) -> Town:
    """The town of that seed; it lives from `starts_at` on. Raises ValueError for a time without a zone."""
    if starts_at.tzinfo is None:
        raise ValueError("The town needs a start with a time zone")
    streets, wards = build_streets(seed), build_wards()
    bins, counters = build_bins(seed, streets, wards), build_counters(seed, streets)
    obstacles, faults = build_obstacles(seed, streets), plan_faults(seed, bins, counters)
    return Town(seed, starts_at, COUNCIL, NAME, NAME_CY, streets, wards, bins, counters, obstacles, faults)


def write_town(folder: Path, seed: int, starts_at: datetime) -> Town:
    """Write the town as the files that a council imports, and council.json; return the town."""
    town = build_town(seed, starts_at)
    write_files(folder, town)
    return town


def write_files(folder: Path, town: Town) -> None:
    """Write a town, or a fleet, as the files that a council imports, and council.json."""
    folder.mkdir(parents=True, exist_ok=True)
    asset_files.write_rows(folder / "bins.csv", "bins", asset_files.bin_rows(town.bins))
    asset_files.write_rows(folder / "counters.csv", "counters", asset_files.counter_rows(town.counters))
    asset_files.write_rows(folder / "gazetteer.csv", "gazetteer", asset_files.gazetteer_rows(town.streets))
    devices = asset_files.device_rows(town.council, town.devices, town.starts_at)
    asset_files.write_rows(folder / "devices.csv", "devices", devices)
    installations = asset_files.installation_rows(town.council, town.bins, town.counters, town.starts_at)
    asset_files.write_rows(folder / "installations.csv", "installations", installations)
    asset_files.write_rows(folder / "ironwork.csv", "ironwork", asset_files.ironwork_rows(town.ironwork))
    asset_files.write_rows(folder / "bases.csv", "bases", asset_files.base_rows(town.streets))
    asset_files.write_rows(folder / "vehicles.csv", "vehicles", [vehicle.row() for vehicle in VEHICLES])
    asset_files.write_json(folder / "wards.geojson", asset_files.ward_collection(town.wards))
    asset_files.write_json(folder / "council.json", {"council": town.council, "name": town.name, "name_cy": town.name_cy})
    town.streets.write_pbf(folder / "streets.osm.pbf")
