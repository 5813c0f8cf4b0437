"""Why officers order that a bin must be visited, or cannot be: the codes of planning, of forms and of files."""

WHYS = ("complaint", "hazard", "statutory", "works", "other")
