"""Sample messages of each notification type, for staff."""
