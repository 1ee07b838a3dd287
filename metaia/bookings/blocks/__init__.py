"""Blocks: the time that is taken from calendars. A constraint keeps them apart."""
