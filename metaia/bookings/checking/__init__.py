"""Checking that the rows of bookings agree: blocks, seats, reminders and money, for operators."""
