"""How a media object moves: the contract's table. Pure."""

from __future__ import annotations

from metaia.core.state_machine import Machine

OWNER, ADMIN, SYSTEM = "owner", "admin", "system"
PENDING, PROCESSING, READY, REJECTED = "pending", "processing", "ready", "rejected"
HIDDEN, DELETED = "hidden", "deleted"

MACHINE = Machine(
    "media",
    [
        # from, action, to, who
        (PENDING, "complete", PROCESSING, (OWNER, SYSTEM)),
        (PENDING, "expire", DELETED, (SYSTEM,)),
        (PENDING, "delete", DELETED, (OWNER, ADMIN, SYSTEM)),
        (PROCESSING, "accept", READY, (SYSTEM,)),
        (PROCESSING, "refuse", REJECTED, (SYSTEM,)),
        (PROCESSING, "delete", DELETED, (OWNER, ADMIN, SYSTEM)),
        (READY, "delete", DELETED, (OWNER, ADMIN, SYSTEM)),
        (READY, "hide", HIDDEN, (ADMIN, SYSTEM)),  # the system after a moderation by the vendor
        (REJECTED, "delete", DELETED, (OWNER, ADMIN, SYSTEM)),
        (HIDDEN, "show", READY, (ADMIN,)),
        (HIDDEN, "delete", DELETED, (ADMIN, SYSTEM)),
    ],
)
