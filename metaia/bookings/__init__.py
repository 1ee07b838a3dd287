"""Bookings: appointments with partners, and the calendars that they take time from."""
