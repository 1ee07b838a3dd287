"""Disputes about payments."""
