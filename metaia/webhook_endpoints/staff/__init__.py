"""All endpoints, for admins."""
