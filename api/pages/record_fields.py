"""The questions of each form about bins, counters, devices and how they are mounted."""

from api.pages.forms import Field
from api.pages.words import said
from api.record_words import MOUNTS
from sensors.codec import models
from streets.assets.rows import MOUNTS_AT_COUNTERS, MOUNTS_ON_BINS

DEVICE_HINT = said("The DevEUI: 16 digits and letters, printed on the device. A device that speaks for itself: council/name.")

POINT = (
    Field("lat", said("In degrees, such as 54.97010. North of the equator, so 49 to 61 in the United Kingdom."), "number"),
    Field("lon", said("In degrees, such as -1.61420. West of Greenwich with a minus."), "number"),
)
USRN = Field("usrn", said("8 digits, from the council's gazetteer. Leave empty if you do not know it."))

BIN = (
    Field("bin_id", said("Its number on the bin or in your lists, such as B1042.")),
    Field("name", said("In words a crew would use, such as Market Place, by the fountain."), wide=True),
    *POINT,
    USRN,
    Field("capacity_l", "", "number"),
    Field("visit_every_days", said("On the fixed schedule, which holds where there is no sensor. 1 is every day."), "number"),
    Field("reach_from", said("If a vehicle can only reach it at certain times."), "time"),
    Field("reach_until", "", "time"),
    Field("active", said("A bin that is not in use is not shown and not visited. Its history stays."), "yes_no"),
    Field(
        "kg_per_l",
        said("If it is not for mixed litter, such as 0.3 for glass. Vehicles that carry only so much weight tip sooner."),
        "number",
    ),
)

COUNTER = (
    Field("counter_id", said("Its number in your lists, such as C12.")),
    Field("name", said("Such as Market Place, north side."), wide=True),
    Field("place_id", said("The place whose footfall it is part of: a short name without spaces, such as market-place.")),
    Field("place_name", said("As the public reads it, such as Market Place."), wide=True),
    Field("place_name_cy", "", wide=True),
    *POINT,
    USRN,
    Field("in_label", said("Such as towards the station.")),
    Field("out_label", said("Such as towards the quay.")),
)

SECURITY = (
    Field(
        "default_password_changed",
        said("Whether the password that the maker gives to many was changed, or there never was one."),
        "yes_no",
    ),
    Field("default_password_checked_on", "", "date"),
    Field("vulnerability_contact", said("The maker's address or page for it."), wide=True),
    Field("supported_until", said("The last day of security updates, as the maker states it."), "date"),
)

NOTE = Field("note", said("For those who look at this later, such as: battery flat."), wide=True)
SINCE = Field("valid_from", said("When it was done, by the clocks in the street."), "moment")

EMPTY_HINT = said(
    "What this very sensor says over the bin just emptied, with its usual liner: not what a tape measure says. "
    "Read it off from what it said last, where that was after an emptying."
)
FULL_HINT = said("What it says when a crew would call the bin full. It is less than when empty, and more than the blind zone.")
BELOW_HINT = said(
    "This model measures from below: it says more as the bin fills. What it says when a crew would call the bin full."
)
MORE = {
    "bin_id": Field("bin_id", said("The number of the bin that it stands in.")),
    "counter_id": Field("counter_id", said("The number of the counter that it stands at.")),
    "line": Field("line", said("Devices with several lines only: the one that counts here."), "number"),
    "empty_mm": Field("empty_mm", EMPTY_HINT, "number"),
    "full_mm": Field("full_mm", FULL_HINT, "number"),
    "blind_zone_mm": Field("blind_zone_mm", said("What is nearer cannot be measured; see the maker's sheet."), "number"),
    "max_range_mm": Field("max_range_mm", said("What is farther cannot be true; see the maker's sheet."), "number"),
    "period_s": Field("period_s", said("As set in the device: 900 for a quarter of an hour."), "number"),
    "report_every_s": Field("report_every_s", said("As set in the device: 3600 for an hour. Silence is judged by it."), "number"),
    "swap_in_out": Field("swap_in_out", said("If the device's in is out here."), "yes_no"),
}
BIN_EXTRAS = (
    Field("mount", "", "choice", tuple((name, MOUNTS[name]) for name in MOUNTS_ON_BINS)),
    Field("mount_angle_deg", "", "number"),
    Field("liner", "", "yes_no"),
    Field("inner_width_mm", said("A wide beam meets the walls of a narrow bin."), "number"),
    Field("tilt_normal_deg", "", "number"),
)
COUNTER_EXTRAS = (
    Field("in_label", said("Such as towards the station. Empty: as the counter says.")),
    Field("out_label", said("Such as towards the quay. Empty: as the counter says.")),
    Field("mount", "", "choice", tuple((name, MOUNTS[name]) for name in MOUNTS_AT_COUNTERS)),
    Field("mount_angle_deg", "", "number"),
)


def device_fields() -> tuple[Field, ...]:
    """What is asked of a device, whatever its model."""
    return (Field("device", DEVICE_HINT), model_field(), *SECURITY)


def model_field() -> Field:
    """The models that stand in streets, as their makers call them."""
    standing = sorted((each.name, each.model) for each in models().values() if each.needs)
    return Field("model", "", "choice", tuple((model, f"{name} ({model})") for name, model in standing))


def mounting_fields(model: str) -> tuple[Field, ...]:
    """How a device of a model is mounted: what its file says it needs, then what is good to know."""
    needs, from_below = models()[model].needs, models()[model].measures_from == "below"
    full = {"full_mm": Field("full_mm", BELOW_HINT, "number")} if from_below else {}
    return (
        *((MORE | full)[name] for name in needs if name not in ("bin_id", "counter_id")),
        *(BIN_EXTRAS if "bin_id" in needs else COUNTER_EXTRAS),
    )


def post_field(model: str) -> Field:
    """Where a device of a model stands: a bin or a counter."""
    return MORE["bin_id" if "bin_id" in models()[model].needs else "counter_id"]
