"""Figures about bookings, for partners and staff."""
