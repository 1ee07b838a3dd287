"""Settlements of providers, as rows of their reports, and the differences to our books."""
