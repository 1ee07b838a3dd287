"""Which starts of a service are free."""
