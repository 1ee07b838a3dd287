"""Blocks between users, reports of messages and users, and restrictions by staff."""
