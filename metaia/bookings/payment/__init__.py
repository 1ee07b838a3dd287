"""The shown payment of a booking. Pure."""
