"""Addresses of stored files, and the files themselves where the local store has them."""
