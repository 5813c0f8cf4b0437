"""What readings mean, and where they are kept."""
