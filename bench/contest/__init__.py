"""A contest: several ways to choose a day's bins meet the same litter, the same faults and the same noise, and are counted."""
