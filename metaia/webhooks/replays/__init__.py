"""Processing stored calls again: as a dry run that shows the difference, or for real."""
