"""Blocks between users, and restrictions by staff. Sending reads them; moderation builds on messages."""
