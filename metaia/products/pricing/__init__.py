"""Prices of carts: one pure function for menu, quote and order."""
