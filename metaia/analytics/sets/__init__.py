"""The sets of figures, by calendar buckets."""
