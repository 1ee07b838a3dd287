"""What vendors tell us: verified, kept as it came, answered at once, and digested by jobs."""
