"""Verification: derived tables against the tables of the domains and the ledger."""
