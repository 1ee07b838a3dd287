"""Reminders of bookings: a row for each one that is due later."""
