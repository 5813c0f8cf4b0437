"""The ledger as it is told: what came, what became of it, and what the devices' own counters say is missing."""
