"""A message arrives: unwrap, decode, place, check, keep. Read `journey.py` first."""
