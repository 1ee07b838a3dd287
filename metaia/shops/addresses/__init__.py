"""Addresses of customers."""
