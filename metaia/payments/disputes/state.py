"""How a dispute moves. Pure; booking/disputes.py has the disputes that a set of facts contains."""

from __future__ import annotations

from metaia.core.state_machine import Machine

ADMIN, PROVIDER = "admin", "provider"
ACCEPT, CONTEST = "accept", "contest"
_DECISIONS = [
    (source, action, target, (PROVIDER,))
    for source in ("open", "under_review")
    for action, target in (
        ("win", "won"), ("lose", "lost"), ("close", "closed"), ("prevent", "prevented"),
    )
]  # fmt: skip
MACHINE = Machine(
    "dispute",
    [
        # from, action, to, by
        ("open", CONTEST, "under_review", (ADMIN,)),
        ("open", ACCEPT, "lost", (ADMIN,)),
        *_DECISIONS,
        ("won", "turn", "lost", (PROVIDER,)),
        ("lost", "turn", "won", (PROVIDER,)),
    ],
)
