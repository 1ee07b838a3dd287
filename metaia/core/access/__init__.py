"""Actors, permissions, JWT keys and the checks before a start in production."""
