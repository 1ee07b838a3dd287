"""Notices of bookings: their types and texts, their recipients, and the event `notification`."""
