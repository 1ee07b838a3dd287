"""Imports of catalogues from CSV files: small ones in the request, large ones by a job that shows its progress."""
