"""What a user may review: orders and bookings that have ended, with their partner, courier and products."""
