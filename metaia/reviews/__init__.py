"""Reviews: what customers rate after an order or a booking."""
