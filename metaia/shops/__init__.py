"""Shops: the profiles of partners, their hours and delivery areas, and the directory of them."""
