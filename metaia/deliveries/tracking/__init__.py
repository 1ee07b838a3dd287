"""Shifts and positions of couriers, and which parties of an order see a position."""
