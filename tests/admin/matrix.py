"""Accounts of other users, for staff. Staff cannot change their own account, nor one of an equal or higher role."""

from __future__ import annotations

from tests.security.matrix_table import ABSENT, ADMINS, CREATED, STAFF, Row, only, row, table


def act(name: str, *roles: str) -> Row:
    """Return the row of an action of these roles on other users; on admins only a super admin may perform it."""
    own, admins = only(), only("super_admin")
    return row(name, own=own, foreign=only(*roles), of_admin=admins, absent=only(*roles, get=ABSENT))


ROUTES = table(
    row("GET /api/admin/users", only(*STAFF)),
    row("POST /api/admin/users", only(*ADMINS, get=CREATED)),  # support staff
    row(
        "GET /api/admin/users/{user_id}",
        own=only(*STAFF),
        foreign=only(*STAFF),
        of_admin=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
    act("PATCH /api/admin/users/{user_id}", *ADMINS),
    act("POST /api/admin/users/{user_id}/end-sessions", *ADMINS),
    act("POST /api/admin/users/{user_id}/remove-second-factor", *ADMINS),
    act("POST /api/admin/users/{user_id}/impersonate", *STAFF),
    row("GET /api/admin/audit", only(*ADMINS)),
    row("GET /api/admin/events", only(*ADMINS)),
    row("GET /api/admin/websocket/stats", only(*STAFF)),
    row("GET /metrics", only(*ADMINS)),
)
