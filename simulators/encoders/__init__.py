"""What each maker's device puts on the air: the inverse of sensors/devices, written from the makers' manuals."""
