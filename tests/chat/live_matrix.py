"""Receipts, conversations on the screen, and figures: participants read, join and type, partners count."""

from __future__ import annotations

from tests.chat.message_matrix import CONVERSATION, MESSAGE, NOT_PARTICIPANT, in_conversation
from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    OK,
    PARTNERS,
    Row,
    all_roles,
    event,
    only,
    own_only,
    row,
    table,
)

URL = "/api/chat"
ALL_USERS = all_roles(OK)
ANY = {"own": ALL_USERS, "foreign": ALL_USERS, "absent": ALL_USERS}
NOT_JOINED = all_roles("403 not_joined")


def typing(name: str) -> Row:
    """Return the row of an event that needs the conversation on the screen."""
    return row(name, own=NOT_JOINED, foreign=NOT_JOINED, absent=NOT_JOINED)


ROUTES = table(
    in_conversation(f"PUT {CONVERSATION}/read"),
    in_conversation(f"PUT {CONVERSATION}/unread"),
    row(f"PUT {URL}/conversations/read", ALL_USERS),
    row(f"PUT {URL}/read-all", ALL_USERS),
    row(f"PUT {URL}/delivered", ALL_USERS),
    row(f"GET {URL}/unread", ALL_USERS),
    own_only(f"GET {MESSAGE}/receipts"),
    row(f"GET {URL}/analytics", only(*PARTNERS, *ADMINS)),
    row("GET /api/admin/chat/analytics", only(*ADMINS)),
)
EVENTS = table(
    in_conversation("chat:read"),
    row("chat:delivered", ALL_USERS),
    event("chat:join", own=ALL_USERS, foreign=all_roles(NOT_PARTICIPANT), absent=all_roles(ABSENT)),
    event("chat:leave", **ANY),
    typing("typing:start"),
    typing("typing:stop"),
)
