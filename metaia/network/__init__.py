"""Rules about addresses and origins, pure: the one form in which each is compared."""
