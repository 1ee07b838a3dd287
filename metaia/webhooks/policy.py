"""What staff may do with calls of vendors. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, SUPER_ADMIN, Permission

WEBHOOKS_REPLAY = Permission("webhooks.replay", ADMINS)
WEBHOOK_BODIES_READ = Permission("webhook_bodies.read", frozenset({SUPER_ADMIN}))  # they have personal data
