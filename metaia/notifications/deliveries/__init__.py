"""The way of deliveries: what planning, sending and receipts ask the tables."""
