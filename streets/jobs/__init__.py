"""Work on the clock. `table.py` lists what runs how often."""
