"""Jobs: footfall."""
