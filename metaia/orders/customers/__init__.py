"""Customers of partners, as their orders show them."""
