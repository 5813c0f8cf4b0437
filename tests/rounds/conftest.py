from small_town import desk, empty_land, found_another, office, town

__all__ = ["desk", "empty_land", "found_another", "office", "town"]
