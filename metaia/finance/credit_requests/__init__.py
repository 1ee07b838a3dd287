"""Credit requests: customers ask for a limit, an admin decides."""
