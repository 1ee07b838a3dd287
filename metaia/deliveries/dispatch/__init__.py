"""Offering deliveries in waves, or to one courier after another."""
