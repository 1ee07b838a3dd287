"""Hours: when a shop is open, and pauses."""
