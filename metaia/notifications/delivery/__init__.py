"""Delivery of notifications outside the app: planning, claiming, sending, fallback and receipts."""
