"""Campaigns: one message of an admin's to many people, at a rate."""
