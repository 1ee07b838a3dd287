"""Health, documentation, metrics, and commands for operators."""
