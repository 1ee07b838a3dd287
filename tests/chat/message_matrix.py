"""Messages: participants read and write, senders change what is theirs, staff removes and reads earlier texts."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    CREATED,
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

CONVERSATION, MESSAGE = "/api/chat/conversations/{conversation_id}", "/api/chat/messages/{message_id}"
NOT_PARTICIPANT = "403 not_participant"


def in_conversation(name: str, get: str = OK) -> Row:
    """Return the row of something that only participants may do."""
    return row(name, own=all_roles(get), foreign=all_roles(NOT_PARTICIPANT), absent=all_roles(ABSENT))


def of_message(name: str, foreign: Outcomes) -> Row:
    """Return the row of a change of a message; it is not found by those that do not see it."""
    return row(name, own=all_roles(OK), foreign=foreign, absent=all_roles(ABSENT))


BY_SENDER = only(*STAFF, get=FORBIDDEN, others=ABSENT)
BY_PARTICIPANTS = only(*STAFF, get=NOT_PARTICIPANT, others=ABSENT)
BY_STAFF = only(*STAFF, others=ABSENT)
ROUTES = table(
    in_conversation(f"GET {CONVERSATION}/messages"),
    in_conversation(f"GET {CONVERSATION}/changes"),
    in_conversation(f"POST {CONVERSATION}/messages", CREATED),
    in_conversation(f"POST {CONVERSATION}/messages/batch", CREATED),
    of_message(f"PATCH {MESSAGE}", BY_SENDER),
    of_message(f"DELETE {MESSAGE}", BY_STAFF),
    of_message(f"PUT {MESSAGE}/reactions/{{emoji}}", BY_PARTICIPANTS),
    of_message(f"DELETE {MESSAGE}/reactions/{{emoji}}", BY_PARTICIPANTS),
    row(f"GET {MESSAGE}/edits", own=only(*STAFF), foreign=only(*STAFF), absent=only(*STAFF, get=ABSENT)),
)
EVENTS = table(
    in_conversation("chat:send"),
    of_message("chat:edit", BY_SENDER),
    of_message("chat:delete", BY_STAFF),
    of_message("chat:react", BY_PARTICIPANTS),
)
