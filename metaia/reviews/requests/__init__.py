"""Requests to review an order or booking that has ended."""
