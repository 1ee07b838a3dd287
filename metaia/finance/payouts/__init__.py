"""Payouts: partners have their money paid to their account."""
