"""Notification preferences: categories and channels that are off, digests, quiet hours, and unsubscribing by link."""
