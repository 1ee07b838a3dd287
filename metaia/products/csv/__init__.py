"""The catalogue as CSV: export and import, one row for each variant."""
