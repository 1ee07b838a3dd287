"""A rebuild of all derived tables from the tables of the domains."""
