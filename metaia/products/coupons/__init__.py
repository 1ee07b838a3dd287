"""Coupons of partners and of the house: their terms, and how often they were used."""
