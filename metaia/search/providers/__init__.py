"""Providers of the types below: what an object is called in the results, and which of its domain's selects finds it."""
