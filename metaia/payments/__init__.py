"""Payments: facts of providers, the state that follows from them, and what is posted to the ledger."""
