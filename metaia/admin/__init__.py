"""What staff do to other people's accounts, and the audit log of it."""
