"""How often users are reminded of unread messages. Pure."""

from __future__ import annotations

from datetime import timedelta

PAUSE = timedelta(seconds=30)  # between two reminders of one user about one conversation
COUNTED = 99  # unread messages; more are shown as 99+
