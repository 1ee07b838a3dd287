"""The search for users by their names and contact data."""
