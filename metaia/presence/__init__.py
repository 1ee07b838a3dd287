"""Which users are online: leases in Redis, partners' statuses, and the events that announce changes."""
