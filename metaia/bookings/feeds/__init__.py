"""Feeds of bookings for calendar programs, behind a secret address."""
