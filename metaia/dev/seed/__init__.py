"""The demo data, by domain."""
