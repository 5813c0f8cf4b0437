"""What could not be understood: kept within bounds, and tried again once its cause is mended."""
