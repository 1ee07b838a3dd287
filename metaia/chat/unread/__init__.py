"""Unread messages."""
