"""The command line: wires rooms together."""
