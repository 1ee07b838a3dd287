"""Summaries: what a period was worth to a customer, a partner or the house."""
