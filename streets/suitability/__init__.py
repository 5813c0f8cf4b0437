"""Does this sensor suit this bin? What a fortnight of its readings, its frames and the crews' words say of one installation."""
