"""What the columns of records are called for people, and what is wrong with what they typed, as texts to translate."""

from collections.abc import Iterable
from datetime import datetime

from api.order_words import WHY_WORDS
from api.pages.words import Words, said
from streets.assets.cells import WrongCellError

ABOUT = {
    "firmware": said("Firmware"),
    "hardware": said("Hardware"),
    "serial_number": said("Serial number"),
    "sensor_id": said("Number on its label"),
    "software_version": said("Software"),
    "hardware_version": said("Hardware"),
    "software_date": said("Date of its software"),
    "charger_firmware": said("Firmware of its solar charger"),
    "device_empty_mm": said("Reading that it takes for empty, in mm"),
    "device_dead_zone_mm": said("Its own blind zone, in mm"),
    "report_every_h": said("Hours between messages"),
    "report_every_min": said("Minutes between messages"),
    "look_every_min": said("Minutes between looks"),
    "full_alarm_mm": said("Tells full below, in mm"),
    "fire_alarm_c": said("Tells fire above, in °C"),
    "tilt_alarm_deg": said("Tells tilt above, in degrees"),
    "tilt_alarm_on": said("Tells tilt"),
    "range_mm": said("Range that it is set to, in mm"),
    "hold_off": said("Hold-off"),
    "mounting_tilt_deg": said("Tilt of its mount, in degrees"),
    "radar_on": said("Radar switched on"),
    "beam_deg": said("Angle of its beam, in degrees"),
    "nearest_mm": said("Nearest that it counts, in mm"),
    "farthest_mm": said("Farthest that it counts, in mm"),
    "slowest_km_h": said("Slowest that it counts, in km/h"),
    "fastest_km_h": said("Fastest that it counts, in km/h"),
    "radar_tunes_itself": said("Radar tunes itself"),
    "sensitivity": said("Sensitivity"),
}
"""What devices say of themselves (`about` of their decoders)."""

COLUMNS = {
    "bin_id": said("Bin"),
    "counter_id": said("Counter"),
    "place_id": said("Place"),
    "place_name": said("Name of the place"),
    "place_name_cy": said("Name of the place in Welsh"),
    "name": said("Where it stands"),
    "name_cy": said("Name in Welsh"),
    "lat": said("Latitude"),
    "lon": said("Longitude"),
    "usrn": said("USRN of the street"),
    "capacity_l": said("Capacity in litres"),
    "visit_every_days": said("Days between visits"),
    "kg_per_l": said("Kilograms a litre"),
    "reach_from": said("Can be reached from"),
    "reach_until": said("Can be reached until"),
    "active": said("In use"),
    "in_label": said("People counted as in go"),
    "out_label": said("People counted as out go"),
    "device": said("Device"),
    "model": said("Model"),
    "default_password_changed": said("Default password changed"),
    "default_password_checked_on": said("Password looked at on"),
    "vulnerability_contact": said("Where to report a weakness"),
    "supported_until": said("Security updates until"),
    "line": said("Line of the device"),
    "valid_from": said("Since"),
    "valid_to": said("Until"),
    "empty_mm": said("Reading when empty, in mm"),
    "full_mm": said("Reading when full, in mm"),
    "blind_zone_mm": said("Blind zone, in mm"),
    "max_range_mm": said("Longest range, in mm"),
    "period_s": said("Seconds that one count covers"),
    "report_every_s": said("Seconds between messages"),
    "swap_in_out": said("Swap in and out"),
    "mount": said("Where it is mounted"),
    "mount_angle_deg": said("Turned from straight down, in degrees"),
    "liner": said("Liner in use"),
    "inner_width_mm": said("Narrowest inner width, in mm"),
    "tilt_normal_deg": said("Tilt it tells as mounted, in degrees"),
    "note": said("Note"),
    "why": said("Why it began"),
    "end_why": said("Why it ended"),
    "end_note": said("Note on the end"),
    "told_by": said("Told by"),
    "told_at": said("Told at"),
    "place": said("Place"),
    "kind": said("Kind"),
    "service_s": said("Seconds of work there"),
    "shift_from": said("Shift begins"),
    "shift_until": said("Shift ends"),
    "ward_code": said("Ward code"),
    "boundary": said("Boundary"),
    "ironwork_id": said("Ironwork"),
    "base_id": said("Depot or tip"),
    "vehicle_id": said("Vehicle"),
    "capacity_kg": said("Capacity in kilograms"),
    "break_min": said("Minutes of break"),
    "break_from": said("Break begins after"),
    "break_until": said("Break begins before"),
    "weight_t": said("Greatest weight laden, tonnes"),
    "width_m": said("Width in metres"),
    "height_m": said("Height in metres"),
    "open_from": said("Opens"),
    "open_until": said("Closes"),
    "order": said("Order"),
    "from_date": said("First day"),
    "until_date": said("Last day"),
    "every_days": said("At least every so many days"),
}

NAME = said("Name")
WHY_ORDERED = said("Why")

WRONG = {
    "empty": said("Enter this."),
    "not_text": said("Use at most %(most)s letters, on one line."),
    "not_identifier": said("Use 1 to 64 letters, digits, - or _, without spaces."),
    "not_device": said(
        "A DevEUI has 16 digits or letters from a to f. It is printed on the device; leave spaces and dashes out."
    ),
    "not_number": said("Enter a number."),
    "not_whole": said("Enter a whole number."),
    "out_of_bounds": said("Enter a number from %(least)s to %(most)s."),
    "not_one_of": said("Choose one of those offered."),
    "not_time": said("Enter a day and a time, such as 22/11/2026 09:30."),
    "not_time_of_day": said("Enter a time of day, such as 06:30."),
    "not_date": said("Enter a day, such as 31/03/2027."),
    "not_usrn": said("A USRN has 8 digits."),
    "taken": said("Another council uses this already. Give it another name."),
    "not_yours": said("Your council has none with this number."),
    "abroad": said("The name of a device that speaks for itself must begin with %(council)s/."),
    "too_far": said("This point is far away from your wards. Are latitude and longitude swapped?"),
    "model_misfit": said("The device's earlier records do not fit this model."),
    "wrong_post": said("This model does not belong there: it fits the other of bin and counter."),
    "no_post": said("Say where the device stands."),
    "ends_before": said("It must end after it began."),
    "full_above_empty": said("A full bin reads less than an empty one: less than %(empty_mm)s."),
    "full_below_empty": said("This model measures from below: a full bin reads more than an empty one, more than %(empty_mm)s."),
    "in_future": said("This lies in the future. Say what has been done."),
    "before_present": said("This must be after %(began)s, when the present record began."),
    "ended": said("The record ended already at %(ended)s."),
    "not_full_hour": said("People are counted by the hour: choose a full hour."),
    "occupied": said("The device %(device)s stands there: swap it, or take it away first."),
    "there_already": said("This is there already. Look for it in the list."),
    "not_there": said("The device %(device)s did not stand there then."),
    "stands_nowhere": said("The device stood nowhere then."),
    "overlaps": said("Another record of the device begins at %(began)s."),
}

MISFIT = said("This does not fit the rest.")

WHY = {
    "installed": said("installed"),
    "moved": said("moved here"),
    "swapped": said("swapped for another device"),
    "changed": said("changed"),
    "relearned": said("measured anew from emptyings"),
}

END_WHY = {
    "moved": said("moved elsewhere"),
    "swapped": said("swapped for another device"),
    "changed": said("changed"),
    "taken_away": said("taken away"),
}

MOUNTS = {
    "lid_centre": said("in the centre of the lid"),
    "lid_side": said("at the side of the lid"),
    "wall": said("on a wall of the bin"),
    "angled": said("at an angle"),
    "below": said("below the container"),
    "overhead": said("overhead"),
    "beside": said("beside the path"),
}

ORDERS = {
    "must_visit": said("must be visited"),
    "cannot_visit": said("cannot be visited"),
}

THINGS = {
    "depot": said("depot"),
    "tip": said("tip"),
    "manhole": said("manhole"),
    "gully": said("gully"),
    "speed_bump": said("speed bump"),
    "joint": said("joint in the road"),
}

CODED = {"mount": MOUNTS, "why": {**WHY, **WHY_WORDS}, "end_why": END_WHY, "order": ORDERS, "kind": THINGS}
"""The columns whose values are codes, with the words for them."""

KINDS = {
    "ward": said("Ward"),
    "streets": said("Streets"),
    "street": said("Street"),
    "bin": said("Bin"),
    "counter": said("Counter"),
    "place": said("Place"),
    "device": said("Device"),
    "installation": said("Installation"),
    "ironwork": said("Ironwork"),
    "base": said("Depot or tip"),
    "vehicle": said("Vehicle"),
    "order": said("Order"),
}

ACTIONS = {
    "added": said("added"),
    "changed": said("changed"),
    "ended": said("ended"),
    "removed": said("removed"),
}

CANNOT_MEASURE = {
    "no_echo": said("the sensor hears no echo"),
    "too_close": said("something is too close to it"),
    "too_far": said("nothing is within its range"),
    "sensor_fault": said("the sensor reports a fault"),
    "disabled": said("it is switched off"),
}
"""Why a device could not measure, in its own words (sensors.readings.CANNOT_MEASURE)."""

FILES = {
    "wards": said("Wards (GeoJSON)"),
    "streets": said("Streets (OpenStreetMap)"),
    "gazetteer": said("Gazetteer of streets"),
    "bins": said("Bins"),
    "counters": said("Counters"),
    "devices": said("Devices"),
    "installations": said("Installations"),
    "ironwork": said("Ironwork"),
    "bases": said("Depots and tips"),
    "vehicles": said("Vehicles"),
    "orders": said("Orders of bins"),
}


def label(name: str, kind: str) -> str:
    """What a column is called in a record of a kind: a vehicle or a depot has a name where a bin has where it stands."""
    if name == "why" and kind.rstrip("s") == "order":
        return WHY_ORDERED
    return NAME if name == "name" and kind.rstrip("s") not in ("bin", "counter") else COLUMNS.get(name, name)


def in_order(names: Iterable[str]) -> list[str]:
    """The names of columns in the order in which people read them; those without words last."""
    order = list(COLUMNS)
    return sorted(names, key=lambda name: order.index(name) if name in COLUMNS else len(order))


def wrong_words(words: Words, error: WrongCellError) -> str:
    """What is wrong, in the page's language."""
    values = {
        name: words.moment(value) if isinstance(value, datetime) else f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in error.values.items()
    }
    return words(WRONG.get(error.kind, MISFIT), **values) if values else words(WRONG.get(error.kind, MISFIT))
