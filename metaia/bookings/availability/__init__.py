"""Hours of calendars: of the week, and of single dates."""
