"""Cash: what couriers and partners collect for orders, and hand over."""
