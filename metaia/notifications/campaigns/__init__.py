"""Campaigns: one message by an admin to many users, at a limited rate."""
