"""The timeline of an order: an entry for each change, with the order's state after it."""
