"""Personal data in bookings: the export of a user, and what follows the deletion of an account."""
