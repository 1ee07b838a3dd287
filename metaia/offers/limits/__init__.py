"""Limits of the open offers of a user, and of two users."""
