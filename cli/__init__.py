"""The command line: wires rooms together.

A command imports its rooms when it is called, so that `streets decode` does not wait for the web framework.
"""
