"""Jobs: rounds."""
