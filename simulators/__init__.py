"""Honest devices: real payloads to a real broker, never to the database."""
