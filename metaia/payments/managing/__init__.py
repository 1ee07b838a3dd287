"""What users do with payments: open, verify, cancel, capture, ask."""
