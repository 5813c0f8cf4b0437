from small_town import desk, empty_land, found_another, office, town
from whole_office import whole_office

__all__ = ["desk", "empty_land", "found_another", "office", "town", "whole_office"]
