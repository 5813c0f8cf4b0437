"""What an import file holds, line by line: the council's bins, counters, devices, installations, wards, streets and the rest."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar

from sensors.codec import models
from streets.assets.cells import WrongCellError

MOUNTS_ON_BINS = ("lid_centre", "lid_side", "wall", "angled", "below")
MOUNTS_AT_COUNTERS = ("overhead", "beside")
MUST_VISIT, CANNOT_VISIT = "must_visit", "cannot_visit"


class MisfitError(WrongCellError):
    """The parts of a record do not fit together; `column` is the one to look at first."""

    def __init__(self, column: str, what: str, kind: str = "misfit", **values: object) -> None:
        super().__init__(kind, what, **values)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class BinRow:
    """A litter bin; times are local."""

    bin_id: str
    name: str
    lat: float
    lon: float
    usrn: str | None = None
    capacity_l: float
    visit_every_days: float = 1.0
    reach_from: time | None = None
    reach_until: time | None = None
    active: bool = True
    kg_per_l: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRow:
    """A footfall counter's post, and the place whose footfall it is part of."""

    counter_id: str
    place_id: str
    place_name: str
    place_name_cy: str | None = None
    name: str
    lat: float
    lon: float
    usrn: str | None = None
    in_label: str | None = None
    out_label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """A device, and what is known of its security; None means not known, which is not yes.

    The three are what the UK's PSTI regime asks of makers of consumer devices (in force since 29 April 2024), and a fair floor
    for what councils buy: no default password, somewhere to report a weakness, and a day until which there are updates.
    """

    device: str
    model: str
    default_password_changed: bool | None = None
    default_password_checked_on: date | None = None
    vulnerability_contact: str | None = None
    supported_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerRow:
    """A street of the council's gazetteer, by its USRN."""

    usrn: str
    name: str
    name_cy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationRow:
    """Which device stands where from when on, and how: one version of the record. Raises MisfitError where parts do not fit.

    Columns as in the table `installation`; None of what may be left out means that it is not known.
    """

    device: str
    model: str
    bin_id: str | None = None
    counter_id: str | None = None
    line: int | None = None
    valid_from: datetime
    valid_to: datetime | None = None
    empty_mm: int | None = None
    full_mm: int | None = None
    blind_zone_mm: int = 0
    max_range_mm: int | None = None
    period_s: int | None = None
    report_every_s: int = 3600
    swap_in_out: bool = False
    mount: str | None = None
    mount_angle_deg: float | None = None
    liner: bool | None = None
    inner_width_mm: int | None = None
    tilt_normal_deg: float | None = None
    in_label: str | None = None
    out_label: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if (self.bin_id is None) == (self.counter_id is None):
            raise MisfitError("bin_id", "either bin_id or counter_id must be given", "no_post")
        post = "bin_id" if "bin_id" in models()[self.model].needs else "counter_id"
        if getattr(self, post) is None:
            raise MisfitError("model", f"a device of model {self.model} needs {post}", "wrong_post", post=post)
        if self.bin_id is not None:
            self._check_depth()
        mounts = MOUNTS_AT_COUNTERS if self.bin_id is None else MOUNTS_ON_BINS
        if self.mount is not None and self.mount not in mounts:
            offered = ", ".join(mounts)
            raise MisfitError("mount", f"mount {self.mount!r} is not one of {offered}", "not_one_of", offered=offered)
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            what = f"valid_to {self.valid_to.isoformat()} must be after valid_from {self.valid_from.isoformat()}"
            raise MisfitError("valid_to", what, "ends_before")

    def _check_depth(self) -> None:
        if self.empty_mm is None or self.full_mm is None:
            column = "empty_mm" if self.empty_mm is None else "full_mm"
            raise MisfitError(column, "a bin's sensor needs empty_mm and full_mm", "empty")
        if models()[self.model].measures_from == "below":
            if self.full_mm <= self.empty_mm:
                what = f"full_mm {self.full_mm} must be more than empty_mm {self.empty_mm}: a {self.model} measures from below"
                raise MisfitError("full_mm", what, "full_below_empty", empty_mm=self.empty_mm)
        elif self.full_mm >= self.empty_mm:
            what = f"full_mm {self.full_mm} must be less than empty_mm {self.empty_mm}"
            raise MisfitError("full_mm", what, "full_above_empty", empty_mm=self.empty_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class WardRow:
    """An electoral ward; `boundary` is a GeoJSON geometry."""

    ward_code: str
    name: str
    name_cy: str | None = None
    boundary: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class IronworkRow:
    """A cover, gully or hump: what a phone feels that is not a pothole."""

    ironwork_id: str
    kind: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRow:
    """A depot or a tip, with the local hours of a tip."""

    base_id: str
    kind: str
    name: str
    lat: float
    lon: float
    service_s: int = 0
    open_from: time | None = None
    open_until: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleRow:
    """A collection vehicle, its shift and its crew's break, in local time; its size is for streets with limits."""

    vehicle_id: str
    name: str
    capacity_l: float
    shift_from: time
    shift_until: time
    capacity_kg: float | None = None
    break_min: int | None = None
    break_from: time | None = None
    break_until: time | None = None
    weight_t: float | None = None
    width_m: float | None = None
    height_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An officer's order of a bin: must_visit (once, or at least every so many days) or cannot_visit.

    It holds from one local day to another, both included; without an end until it is ended or, of one visit, made.
    Raises MisfitError where parts do not fit.
    """

    bin_id: str
    order: str
    why: str
    from_date: date
    until_date: date | None = None
    every_days: int | None = None
    note: str

    def __post_init__(self) -> None:
        if self.until_date is not None and self.until_date < self.from_date:
            what = f"until_date {self.until_date} is before from_date {self.from_date}"
            raise MisfitError("until_date", what, "until_before_from")
        if self.every_days is not None and self.order != MUST_VISIT:
            raise MisfitError("every_days", f"every_days is for an order {MUST_VISIT}", "only_musts")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line of a file is not imported, or what is doubtful of it: `where` is `line 17` or `feature 3`."""

    where: str
    error: WrongCellError

    @property
    def why(self) -> str:
        """What is wrong, in English."""
        return str(self.error)

    @property
    def column(self) -> str | None:
        """The column to look at first, where one is."""
        return self.error.column if isinstance(self.error, MisfitError) else None

    @property
    def misfit(self) -> MisfitError | None:
        """What is wrong, where a form can say it too."""
        return self.error if isinstance(self.error, MisfitError) else None

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


class ImportRefusedError(ValueError):
    """Nothing of the file is imported; `refusals` says why, line by line."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("\n".join(map(str, refusals)))
        self.refusals = refusals


Asset = TypeVar("Asset")


@dataclass(frozen=True, slots=True)
class Line(Generic[Asset]):
    """An asset, and where in its file it stands. `columns` are those that the file has: of a kept asset the others stay."""

    where: str
    asset: Asset
    columns: frozenset[str]
