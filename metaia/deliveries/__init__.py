"""Deliveries: orders that wait for a courier, and what couriers do with them."""
