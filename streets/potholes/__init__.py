"""Potholes: impacts, evidence, sites, coverage."""
