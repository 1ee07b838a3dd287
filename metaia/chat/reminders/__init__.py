"""Reminders of unread messages outside of the app: push messages, and a mail after some time."""
