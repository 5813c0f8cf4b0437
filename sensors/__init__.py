"""What a device says: bytes in, readings out. Standard library only; no network, clock, settings or database."""
