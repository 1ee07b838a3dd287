"""Messages of endpoints and their attempts, for their owners."""
