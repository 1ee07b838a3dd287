"""Events as they happen, over each transport: everybody their own. And what is open to all."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    CREATED,
    FORBIDDEN,
    OK,
    OPENED,
    PARTNERS,
    STAFF,
    all_roles,
    event,
    only,
    public,
    row,
    table,
)

EVERYBODY = all_roles(OK)
FOLLOWERS = only("customer", *STAFF)  # of partners

LIVE = table(
    row("GET /api/presence", EVERYBODY),
    row("PUT /api/presence", only(*PARTNERS)),
    row("POST /api/realtime/ticket", all_roles(CREATED), even=("looking",)),
    row("GET /api/sync", EVERYBODY),
    row("GET /api/events", EVERYBODY),
    row("GET /ws", all_roles(OPENED)),
    row("GET /admin", only(*ADMINS, get=OPENED)),
    # open to all
    public("GET /api/system/health/live"),
    public("GET /api/system/health/ready"),
    public("GET /api/openapi.json"),
    public("GET /api/asyncapi.json"),
    public("GET /api/postman.json"),
    public("GET /api-docs/"),
    public("GET /api-docs/{path}"),
)

EVENTS = table(
    event("connect", EVERYBODY),
    event("join_order_room", own=EVERYBODY, foreign=only(*STAFF), absent=all_roles(ABSENT)),
    event("leave_order_room", own=EVERYBODY, foreign=EVERYBODY, absent=EVERYBODY),
    event("join_partner_room", own=EVERYBODY, foreign=FOLLOWERS, absent=FOLLOWERS),
    event("leave_partner_room", own=EVERYBODY, foreign=EVERYBODY, absent=EVERYBODY),
    row("presence:set", only(*PARTNERS)),
    event("auth:refresh", own=EVERYBODY, foreign=all_roles(FORBIDDEN), absent=all_roles("401 token_invalid")),
    event("what_nobody_declared", all_roles("404 unknown_event")),
)
