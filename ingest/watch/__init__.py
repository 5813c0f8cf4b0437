"""What the ingest process tells of itself: figures, a heartbeat, its log."""
