"""The states of an error. Pure."""

from __future__ import annotations

OPEN, RESOLVED, IGNORED = "open", "resolved", "ignored"
STATES = (OPEN, RESOLVED, IGNORED)
