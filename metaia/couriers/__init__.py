"""Couriers: their shifts and positions."""
