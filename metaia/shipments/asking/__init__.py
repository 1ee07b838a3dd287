"""Asking carriers: by a job when no webhook comes, and at once when a user wants it."""
