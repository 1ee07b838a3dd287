"""Payout accounts: the bank account or UPI address to which a partner's money is paid."""
