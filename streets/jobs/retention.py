"""Jobs: retention."""
