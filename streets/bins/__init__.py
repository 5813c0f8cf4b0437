"""Litter bins: fill, emptyings, time to full."""
