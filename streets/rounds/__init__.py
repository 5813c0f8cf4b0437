"""Collection rounds: the streets, which bins are worth a visit, the order, and the check of every plan."""
