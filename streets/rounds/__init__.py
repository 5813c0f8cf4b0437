"""Collection rounds: streets to drive, bins to empty, in which order."""
