"""Counts of ratings by subject; triggers keep them."""
