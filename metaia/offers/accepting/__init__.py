"""The acceptance of an offer, which makes the order in the same transaction."""
