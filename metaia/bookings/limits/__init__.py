"""Limits of what one customer may book."""
