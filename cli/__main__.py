"""`python -m cli`: the same as `streets`."""

from cli.main import app

app()
