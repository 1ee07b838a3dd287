"""Settings of a user for chat."""
