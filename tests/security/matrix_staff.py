"""Other people's accounts, for staff. Nobody does anything to themself, nor to who is not below them."""

from __future__ import annotations

from tests.security.matrix_table import ABSENT, ADMINS, CREATED, STAFF, Row, only, row, table


def act(name: str, *roles: str) -> Row:
    """Return the row of what these roles do to somebody: to customers, partners and couriers; to admins one may."""
    own, admins = only(), only("super_admin")
    return row(name, own=own, foreign=only(*roles), an_admins=admins, absent=only(*roles, get=ABSENT))


STAFF_ONLY = table(
    row("GET /api/admin/users", only(*STAFF)),
    row("POST /api/admin/users", only(*ADMINS, get=CREATED)),  # support staff
    row(
        "GET /api/admin/users/{user_id}",
        own=only(*STAFF),
        foreign=only(*STAFF),
        an_admins=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
    act("PATCH /api/admin/users/{user_id}", *ADMINS),
    act("POST /api/admin/users/{user_id}/end-sessions", *ADMINS),
    act("POST /api/admin/users/{user_id}/remove-second-factor", *ADMINS),
    act("POST /api/admin/users/{user_id}/impersonate", *STAFF),
    row("GET /api/admin/audit", only(*ADMINS)),
    row("GET /api/admin/websocket/stats", only(*STAFF)),
    row("GET /metrics", only(*ADMINS)),
)
