"""Own fleets of partners: couriers that a partner has invited, and that have agreed."""
