"""Rules of time zones change: bookings keep the time of the clock that was agreed."""
