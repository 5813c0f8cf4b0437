"""Real servers from wheels, for demonstrations and tests: PostgreSQL and the broker, on ports and folders of their own."""
