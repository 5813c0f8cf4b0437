"""From the broker's socket to a batch in the writer's hand: the only package here that holds the broker."""
