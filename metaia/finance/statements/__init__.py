"""Statements: the lines of one month and currency, between two balances; issued once, and never changed."""
