"""Waiting lists: customers that are offered a time when one becomes free."""
