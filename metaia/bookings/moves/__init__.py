"""Moves of bookings: at once, or as a proposal that the other side answers."""
