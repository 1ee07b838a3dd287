"""Password rules, and hashing off the event loop."""
