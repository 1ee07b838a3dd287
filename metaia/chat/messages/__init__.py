"""Sending messages: one, several that were written offline, and those of the system."""
