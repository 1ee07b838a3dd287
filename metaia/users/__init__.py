"""Users of METAIA, in all roles."""
