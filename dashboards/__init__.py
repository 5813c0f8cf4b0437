"""Grafana boards as code; a board reads only views in schema `board`."""
