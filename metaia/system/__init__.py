"""Health, documentation, and what operators need."""
