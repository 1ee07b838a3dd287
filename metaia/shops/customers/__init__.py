"""What customers keep for their orders: addresses and sets of measurements, private to them."""
