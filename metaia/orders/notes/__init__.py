"""Notes of staff in the timeline of an order."""
