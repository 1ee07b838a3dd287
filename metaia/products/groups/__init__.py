"""Modifier groups: what a customer chooses or states about a product, as sizes, engravings and measurements."""
