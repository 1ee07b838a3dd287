"""Transactions: the ledger as one user sees it, as lines of an account with the house."""
