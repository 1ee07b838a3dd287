"""What partners offer: services with their duration, price and rules."""
