"""Holds: room of an account that is set aside, and the limits of accounts."""
