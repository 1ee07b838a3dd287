"""Couriers that have sent no position for a long time."""
