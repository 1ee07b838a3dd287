"""Delivery areas: where a partner delivers, and at which fee."""
