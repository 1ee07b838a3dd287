"""Notifications: in the app, by mail, by text message and by push."""
