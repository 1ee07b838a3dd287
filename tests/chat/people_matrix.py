"""Conversations and their people: participants see them, owners manage groups, staff does what support does.

The conversation of the matrix is a group that its actor owns; tests/chat/test_relations.py has all kinds and relations.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    FORBIDDEN,
    OK,
    STAFF,
    Outcomes,
    Row,
    all_roles,
    only,
    row,
    table,
)

URL = "/api/chat/conversations"
CONVERSATION, ADMIN = f"{URL}/{{conversation_id}}", "/api/admin/chat"
NOT_PARTICIPANT, INVALID, UNCHANGED = "403 not_participant", "422 invalid", "409 illegal_transition"


def by(name: str, own: Outcomes, foreign: Outcomes, absent: Outcomes | None = None) -> Row:
    """Return the row of a route about one conversation."""
    return row(name, own=own, foreign=foreign, absent=absent or all_roles(ABSENT))


def of_participants(name: str) -> Row:
    """Return the row of something that only participants may do."""
    return by(name, all_roles(OK), all_roles(NOT_PARTICIPANT))


STRANGERS, STAFF_ONLY = all_roles(NOT_PARTICIPANT), only(*STAFF)
BUT_STAFF = only(*STAFF, others=NOT_PARTICIPANT)
ABSENT_TO_STAFF = only(*STAFF, get=ABSENT)
ROUTES = table(
    row(f"POST {URL}", all_roles(INVALID)),  # several ways; tests/chat/conversations has the others
    row(f"GET {URL}", all_roles(OK)),
    of_participants(f"GET {CONVERSATION}"),
    of_participants(f"PUT {CONVERSATION}/mine"),
    of_participants(f"POST {CONVERSATION}/clear"),
    of_participants(f"POST {CONVERSATION}/leave"),
    of_participants(f"GET {CONVERSATION}/participants"),
    by(f"PATCH {CONVERSATION}", all_roles(OK), BUT_STAFF),
    by(
        f"POST {CONVERSATION}/participants",
        all_roles(INVALID),  # an unknown user
        only(*STAFF, get=INVALID, others=NOT_PARTICIPANT),
    ),
    row(
        f"DELETE {CONVERSATION}/participants/{{user_id}}",
        own=all_roles(OK),
        foreign=BUT_STAFF,
        of_admin=BUT_STAFF,
        absent=all_roles(ABSENT),
    ),
    by(f"POST {CONVERSATION}/join", all_roles(FORBIDDEN), STAFF_ONLY, ABSENT_TO_STAFF),
    by(f"POST {CONVERSATION}/assign", all_roles(FORBIDDEN), all_roles(FORBIDDEN), ABSENT_TO_STAFF),
    by(f"POST {CONVERSATION}/close", STAFF_ONLY, BUT_STAFF),
    by(
        f"POST {CONVERSATION}/reopen",
        only(*STAFF, get=UNCHANGED),
        only(*STAFF, get=UNCHANGED, others=NOT_PARTICIPANT),
    ),
    by(
        f"POST {CONVERSATION}/escalate",
        all_roles(OK) | dict.fromkeys(STAFF, FORBIDDEN),
        STRANGERS | dict.fromkeys(STAFF, FORBIDDEN),
    ),
    row("GET /api/chat/settings", all_roles(OK)),
    row("PATCH /api/chat/settings", all_roles(OK)),
    row("GET /api/chat/blocks", all_roles(OK)),
    row(
        "PUT /api/chat/blocks/{user_id}",
        own=all_roles(INVALID),
        foreign=all_roles(OK),
        of_admin=all_roles(FORBIDDEN),
        absent=all_roles(ABSENT),
    ),
    row(
        "DELETE /api/chat/blocks/{user_id}",
        own=all_roles(OK),
        foreign=all_roles(OK),
        of_admin=all_roles(OK),
        absent=all_roles(ABSENT),
    ),
    row("POST /api/chat/reports", all_roles(INVALID)),  # several things; see tests/chat/moderation
    row(f"GET {ADMIN}/conversations", STAFF_ONLY),
    by(f"GET {ADMIN}/conversations/{{conversation_id}}/messages", STAFF_ONLY, STAFF_ONLY, ABSENT_TO_STAFF),
    row(f"GET {ADMIN}/reports", STAFF_ONLY),
    row(f"GET {ADMIN}/search", STAFF_ONLY),
    by(f"PATCH {ADMIN}/reports/{{report_id}}", STAFF_ONLY, STAFF_ONLY, ABSENT_TO_STAFF),
    row(f"GET {ADMIN}/restrictions", STAFF_ONLY),
    row(
        f"PUT {ADMIN}/restrictions/{{user_id}}",
        own=all_roles(FORBIDDEN),
        foreign=STAFF_ONLY,
        of_admin=all_roles(FORBIDDEN),
        absent=ABSENT_TO_STAFF,
    ),
    row(
        f"DELETE {ADMIN}/restrictions/{{user_id}}",
        own=STAFF_ONLY,
        foreign=STAFF_ONLY,
        of_admin=STAFF_ONLY,
        absent=ABSENT_TO_STAFF,
    ),
)
