"""Holds: times that are kept while their payment is awaited."""
