"""The statuses of a campaign and their transitions."""

from __future__ import annotations

from metaia.core.state_machine import Machine

ADMIN, SYSTEM = "admin", "system"
DRAFT, SCHEDULED, RUNNING, PAUSED = "draft", "scheduled", "running", "paused"
COMPLETED, CANCELLED = "completed", "cancelled"

MACHINE = Machine(
    "campaign",
    [
        # from, action, to, by
        (DRAFT, "edit", DRAFT, (ADMIN,)),
        (DRAFT, "start", SCHEDULED, (ADMIN,)),
        (DRAFT, "cancel", CANCELLED, (ADMIN,)),
        (SCHEDULED, "begin", RUNNING, (SYSTEM,)),
        (SCHEDULED, "pause", DRAFT, (ADMIN,)),  # no user was notified yet, so it can be edited again
        (SCHEDULED, "cancel", CANCELLED, (ADMIN,)),
        (RUNNING, "complete", COMPLETED, (SYSTEM,)),
        (RUNNING, "pause", PAUSED, (ADMIN,)),
        (RUNNING, "cancel", CANCELLED, (ADMIN,)),
        (PAUSED, "resume", RUNNING, (ADMIN,)),
        (PAUSED, "cancel", CANCELLED, (ADMIN,)),
        (COMPLETED, "cancel", CANCELLED, (ADMIN,)),  # deliveries may still be queued
    ],
)
