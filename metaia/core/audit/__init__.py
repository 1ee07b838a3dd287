"""The audit log and the hash chain that seals it."""
