"""The street with bins, on the test's database."""

from tests.bins.street_of_bins import street

__all__ = ["street"]
