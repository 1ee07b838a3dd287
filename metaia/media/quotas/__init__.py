"""Quotas: how many bytes and files a user may store, and how many of them attached to nothing."""
