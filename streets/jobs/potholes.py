"""Jobs: potholes."""
