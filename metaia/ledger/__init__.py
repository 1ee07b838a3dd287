"""The ledger: double-entry accounts, postings, holds and balances; the lowest domain of money."""
