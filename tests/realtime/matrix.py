"""Live events over each transport, for each user their own; and the public routes."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    CREATED,
    FORBIDDEN,
    OK,
    PARTNERS,
    STAFF,
    UPGRADED,
    all_roles,
    event,
    only,
    public,
    row,
    table,
)

ALL_USERS = all_roles(OK)
FOLLOWERS = only("customer", *STAFF)  # roles that may follow a partner

ROUTES = table(
    row("GET /api/presence", ALL_USERS),
    row("GET /api/users/couriers", only(*PARTNERS, *ADMINS)),
    row("PUT /api/presence", only(*PARTNERS)),
    row("POST /api/realtime/ticket", all_roles(CREATED), allowed_for=("impersonated",)),
    row("GET /api/sync", ALL_USERS),
    row("GET /api/events", ALL_USERS),
    row("GET /ws", all_roles(UPGRADED)),
    row("GET /admin", only(*ADMINS, get=UPGRADED)),
    # public
    public("GET /api/system/health/live"),
    public("GET /api/system/health/ready"),
    public("GET /api/openapi.json"),
    public("GET /api/asyncapi.json"),
    public("GET /api/postman.json"),
    public("GET /api"),
    public("GET /"),
    public("GET /favicon.ico"),
    public("GET /favicon.svg"),
    public("GET /assets/{version}/{asset}"),
    public("GET /api-docs/"),
    public("GET /api-docs/{path}"),
)

EVENTS = table(
    event("connect", ALL_USERS),
    event("join_order_room", own=ALL_USERS, foreign=only(*STAFF), absent=all_roles(ABSENT)),
    event("leave_order_room", own=ALL_USERS, foreign=ALL_USERS, absent=ALL_USERS),
    event(
        "join_partner_room",
        own=only(*PARTNERS, others=ABSENT),
        foreign=FOLLOWERS,
        absent=only("customer", *STAFF, get=ABSENT),
    ),
    event("leave_partner_room", own=ALL_USERS, foreign=ALL_USERS, absent=ALL_USERS),
    row("presence:set", only(*PARTNERS)),
    event("auth:refresh", own=ALL_USERS, foreign=all_roles(FORBIDDEN), absent=all_roles("401 token_invalid")),
    event("heartbeat", ALL_USERS),
    event("what_nobody_declared", all_roles("404 unknown_event")),
)
