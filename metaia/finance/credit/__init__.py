"""Credit: customers order now and pay later, up to a limit per currency."""
