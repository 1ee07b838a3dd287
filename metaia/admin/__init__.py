"""What staff can do with the accounts of users, and the audit log of it."""
