"""What staff see of notifications: how many, which, and why."""
