"""Outgoing webhooks: events of the log, posted to the addresses of partners and admins."""
