"""Counters that triggers keep, and the check that they are right."""
