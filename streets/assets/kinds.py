"""The kinds of file that a council brings its assets in by."""

from enum import StrEnum


class Kind(StrEnum):
    """What a file holds, in the order in which files build on each other: a bin stands in a ward, a device at a bin."""

    WARDS = "wards"
    STREETS = "streets"
    GAZETTEER = "gazetteer"
    BINS = "bins"
    COUNTERS = "counters"
    DEVICES = "devices"
    INSTALLATIONS = "installations"
    IRONWORK = "ironwork"
    BASES = "bases"
    VEHICLES = "vehicles"
    ORDERS = "orders"
