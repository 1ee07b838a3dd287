"""Customers' browsers that come back from a provider's page."""
