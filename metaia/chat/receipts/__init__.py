"""Receipts: up to where users have read a conversation and have got its messages, and what is unread."""
