"""Durations of routes, jobs, connections, events and vendors, by minute, of all processes."""
