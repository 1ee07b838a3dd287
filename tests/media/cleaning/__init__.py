"""Deletion from stores, sweeps and comparison."""
