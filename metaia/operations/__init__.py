"""Bulk operations of admins: many orders or users, each by its ordinary action and with a result of its own."""
