"""Marking shipments that are late or stale."""
