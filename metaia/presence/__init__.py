"""Who is online: leases in Redis, partners' statuses, and the messages that announce them."""
