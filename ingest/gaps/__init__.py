"""What was sent and never came: seen, asked for again, and taken on the same journey."""
