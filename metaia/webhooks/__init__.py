"""Webhooks of vendors: verified, stored as received, answered at once, and processed later by jobs."""
