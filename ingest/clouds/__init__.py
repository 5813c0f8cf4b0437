"""Counters without a network of ours: their makers' clouds are asked what they counted."""
