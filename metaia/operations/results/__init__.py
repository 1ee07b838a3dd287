"""What became of each item of an operation: as pages of JSON, and as one CSV file."""
