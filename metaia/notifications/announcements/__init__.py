"""Announcements: a short text by admins to everyone, some roles or some users, as one row of the log."""
