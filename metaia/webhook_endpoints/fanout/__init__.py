"""From the log to messages: which events go to which endpoints."""
