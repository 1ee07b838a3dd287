"""Providers of payments: what they state, as facts, and how they are called."""
