"""Whether the devices are well: silent, batteries running down, frames lost, stuck, echoes that cannot be, alarms."""
