"""Figures about offers, for their parties and staff."""
