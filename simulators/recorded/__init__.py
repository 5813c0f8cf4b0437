"""Recorded data that nobody here made, told again as the devices would have told it."""
