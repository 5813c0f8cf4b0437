"""One file a model, with its vectors beside it. Nothing is registered by hand: `sensors.codec` finds the files."""
