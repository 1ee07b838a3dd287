"""Editing and deleting messages."""
