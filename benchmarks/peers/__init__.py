"""Servers that do the same work as METAIA, written as their own documentation would have it."""
