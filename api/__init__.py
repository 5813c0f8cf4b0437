"""Somebody asks: handlers read, think, answer."""
