"""Addresses, and files of the local store."""
