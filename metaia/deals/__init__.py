"""Deals: the offer, order, payment, parcel and messages of one transaction, in one timeline."""
