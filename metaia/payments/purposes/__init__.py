"""What payments are for: orders and settlements, registered by their domains."""
