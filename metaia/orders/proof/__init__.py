"""Proof of delivery: the customer's code, pictures and a signature."""
