"""The objects behind a figure."""
