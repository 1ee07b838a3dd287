"""Offers: prices that two users negotiate; an accepted offer is an order."""
