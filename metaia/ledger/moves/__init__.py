"""Moves: when and how much was posted to one account."""
