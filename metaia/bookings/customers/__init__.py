"""The customer of a new booking: an account, or contact data alone."""
