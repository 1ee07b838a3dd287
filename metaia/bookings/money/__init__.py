"""The money of bookings: what is payable, closed and refunded."""
