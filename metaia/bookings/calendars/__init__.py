"""Calendars: what can be busy, and when it is open."""
