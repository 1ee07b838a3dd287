"""Kinds and statuses of conversations. Pure."""

from __future__ import annotations

DIRECT, DEAL, SUPPORT, GROUP = "direct", "deal", "support", "group"
KINDS = (DIRECT, DEAL, SUPPORT, GROUP)
OPEN, CLOSED = "open", "closed"
STATUSES = (OPEN, CLOSED)
ALL, MENTIONS, NONE = "all", "mentions", "none"  # which messages a participant is notified of
NOTIFY = (ALL, MENTIONS, NONE)
