"""Orders of accepted offers."""
