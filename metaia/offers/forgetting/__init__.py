"""What users whose accounts are deleted leave in offers."""
