"""Plan a day: what is kept of a council becomes a problem, and the checked plan is kept. Asked by jobs, API and command line."""
