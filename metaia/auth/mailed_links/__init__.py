"""Links that are mailed to prove an address or to reset a password."""
