from small_town import found_another, town

__all__ = ["found_another", "town"]
