"""Notifications for staff: search, traces, statistics and retries."""
