"""Servers that do the same work as METAIA, written as their documentation recommends."""
