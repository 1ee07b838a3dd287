"""Actors, permissions, JWT keys and the checks made before production starts."""
