"""The permission to read the event log. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, Permission

EVENTS_READ = Permission("events.read", ADMINS)  # all events with their payloads, which contain personal data
