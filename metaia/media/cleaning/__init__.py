"""Cleaning: deletion from stores, sweeps of what is due, comparison of stores with the tables, recounts."""
