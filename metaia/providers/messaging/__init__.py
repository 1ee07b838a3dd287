"""Adapters for mail, SMS and push vendors, and failover between them."""
