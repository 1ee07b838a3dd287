"""Calls of providers, outside of transactions; what they state is taken."""
