"""Wards: which one a point is in."""
