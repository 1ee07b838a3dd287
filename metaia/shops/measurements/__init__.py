"""Measurements of customers."""
