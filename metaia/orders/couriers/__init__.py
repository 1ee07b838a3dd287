"""The courier of an order: the slots of couriers, when one is wanted, and for how long contact data are visible."""
