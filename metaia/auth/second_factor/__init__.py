"""The second factor: time-based one-time passwords (TOTP, RFC 6238) and recovery codes."""
