"""Giving back what purposes hold for nothing: an order that has ended, more than was owed."""
