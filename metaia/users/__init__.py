"""People who use METAIA, whatever their role."""
