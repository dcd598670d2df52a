"""Real processes that are killed, cut off, filled up and flooded, while people write."""
