"""The timeline of a booking: an entry for each change, with the times before and after it."""
