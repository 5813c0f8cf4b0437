"""A trial: devices speak while something breaks, and afterwards every message is looked for by device and counter."""
