"""The ends of bookings: their time becomes free, and their money is settled."""
