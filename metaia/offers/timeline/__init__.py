"""The history of an offer: an entry for each action, with the offer's state after it."""
