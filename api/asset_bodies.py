"""The bodies by which programs write assets: the columns of the import files as JSON, read by the same rules."""

from dataclasses import fields
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from api.problems import Problem
from streets.assets import cells
from streets.assets.cells import WrongCellError, written
from streets.assets.rows import MisfitError
from streets.assets.tables import Table, read_values

Text = Annotated[str, Field(max_length=cells.LONGEST_TEXT), AfterValidator(cells.text)]
Moment = Annotated[AwareDatetime, AfterValidator(cells.of_our_time)]


class Body(BaseModel):
    """Any member that is not listed is refused; one left out is not known, or has its default."""

    model_config = ConfigDict(extra="forbid")


class BinBody(Body):
    """A litter bin. `capacity_l` in litres; `reach_from` and `reach_until` are local times; a bin not `active` is not in use."""

    name: Text
    lat: float
    lon: float
    usrn: Text | None = Field(None, description="Unique Street Reference Number, 8 digits")
    capacity_l: float
    visit_every_days: float = 1.0
    reach_from: time | None = None
    reach_until: time | None = None
    active: bool = True
    kg_per_l: float | None = Field(None, description="Kilograms that a litre in it weighs")


class CounterBody(Body):
    """A footfall counter's post, and the place whose footfall it is part of."""

    place_id: Text
    place_name: Text
    place_name_cy: Text | None = None
    name: Text
    lat: float
    lon: float
    usrn: Text | None = Field(None, description="Unique Street Reference Number, 8 digits")
    in_label: Text | None = None
    out_label: Text | None = None


class DeviceBody(Body):
    """A device and what is known of its security; null means not known, which is not yes."""

    model: Text
    default_password_changed: bool | None = None
    default_password_checked_on: date | None = None
    vulnerability_contact: Text | None = None
    supported_until: date | None = None


class MountingBody(Body):
    """How a device is mounted. Distances in mm as the device itself says them; see `streets models` for what a model needs."""

    empty_mm: int | None = Field(None, description="What the sensor reads in the bin just emptied, with its usual liner")
    full_mm: int | None = Field(None, description="What it reads when crews call the bin full")
    blind_zone_mm: int = 0
    max_range_mm: int | None = None
    period_s: int | None = Field(None, description="Counters: seconds that one count covers")
    report_every_s: int = 3600
    swap_in_out: bool = False
    mount: Text | None = None
    mount_angle_deg: float | None = None
    liner: bool | None = None
    inner_width_mm: int | None = None
    tilt_normal_deg: float | None = None
    in_label: Text | None = None
    out_label: Text | None = None


class InstallationBody(MountingBody):
    """Which device stands where from when on. `replaces` names the device that stood there until then."""

    device: Text
    model: Text
    bin_id: Text | None = None
    counter_id: Text | None = None
    line: int | None = None
    valid_from: Moment
    note: Text | None = None
    replaces: Text | None = None


class CorrectionBody(MountingBody):
    """A version as it should have been written down from its begin on."""

    bin_id: Text | None = None
    counter_id: Text | None = None
    line: int | None = None
    valid_to: Moment | None = None
    note: Text | None = None


class VersionBody(Body):
    """From when on a device is mounted otherwise: only what changes."""

    valid_from: Moment
    changes: dict[str, bool | int | float | str | None]
    note: Text | None = None


class TakenAwayBody(Body):
    """A device that was taken away."""

    device: Text
    at: Moment
    note: Text | None = None


def asset_of(table: Table[Any], values: dict[str, Any]) -> Any:
    """The asset of a table's columns. Raises Problem 422 naming every column that is wrong."""
    given, wrong = read_values(table, {name: written(value) for name, value in values.items()})
    if wrong:
        raise misfits(wrong)
    try:
        return table.asset(**given)
    except MisfitError as misfit:
        raise misfits({misfit.column: misfit}) from misfit


def changes_of(table: Table[Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Changed columns as their readers take them; null, where it may be, stays null. Raises Problem 422."""
    told: dict[str, Any] = {}
    wrong: dict[str, WrongCellError] = {}
    may_be_unknown = {each.name for each in fields(table.asset) if each.default is None}
    for name, value in changes.items():
        try:
            if name not in table.columns:
                raise WrongCellError("unknown", "is not a column of an installation")
            if value is None and name not in may_be_unknown:
                raise WrongCellError("empty", "may not be null")
            told[name] = None if value is None else table.columns[name](written(value))
        except WrongCellError as error:
            wrong[name] = error
    if wrong:
        raise misfits(wrong)
    return told


def misfits(wrong: dict[str, WrongCellError]) -> Problem:
    """422: what is wrong, column by column."""
    errors = [{"where": column, "what": str(error)} for column, error in wrong.items()]
    return Problem(422, "invalid", "; ".join(f"{each['where']}: {each['what']}" for each in errors), members={"errors": errors})
