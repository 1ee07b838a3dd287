"""Deleted users, as parts of queries about what they leave elsewhere."""
