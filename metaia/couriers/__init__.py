"""Couriers: their shifts, their positions (in Redis only), their fleets, and times of arrival."""
