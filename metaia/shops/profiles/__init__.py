"""Profiles: what a partner shows, its hours, pauses, and the states of the profile."""
