"""Footfall: usual, busyness, health of counters."""
