"""Bookings as the subject of conversations."""
