"""Planning in words: how a run is, and why bins are on no round, for lists of many."""

from api.pages.words import said

STATE_WORDS = {
    "queued": said("waits for its turn"),
    "running": said("is being searched"),
    "done": said("done"),
    "failed": said("failed"),
    "cancelled": said("cancelled"),
    "interrupted": said("interrupted: its process was ended"),
}

LEFT_WORDS = {
    "not_worth_it": said("A visit would cost more than it saves"),
    "recently_emptied": said("Emptied a short time ago"),
    "not_due": said("No forecast for that day, and its scheduled visit is not due"),
    "no_time": said("No time or no space left on any round"),
    "outside_hours": said("Cannot be reached in its hours"),
    "unreachable": said("No street that a vehicle can use leads there"),
    "cannot": said("Cannot be visited, by an order or an alarm"),
}
