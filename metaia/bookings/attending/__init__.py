"""The day itself: check-in, completion, no-shows."""
