"""Direct uploads."""
