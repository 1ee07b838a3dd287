"""Deliveries: orders that couriers claim, decline and carry."""
