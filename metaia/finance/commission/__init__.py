"""Commissions: the part of an order's money that the house keeps, by partner and day."""
