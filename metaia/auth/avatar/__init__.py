"""The profile picture."""
