"""Jobs: bins."""
