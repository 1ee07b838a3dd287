"""Time-based one-time passwords and recovery codes."""
