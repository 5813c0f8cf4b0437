"""Collection rounds: which bins are worth a visit, the order, the check of every plan, and what a month of them is worth."""
