"""What people are told: everybody their own and what they want of it; staff see everybody's, admins write campaigns.

A campaign is somebody's who wrote it, which makes no difference; a vendor's call is nobody's.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ADMINS,
    CREATED,
    OK,
    STAFF,
    TAKEN,
    Row,
    all_roles,
    only,
    own_only,
    public,
    row,
    table,
)

EVERYBODY = all_roles(OK)
MINE, CAMPAIGNS = "/api/notifications", "/api/admin/campaigns"
ONE = f"{CAMPAIGNS}/{{campaign_id}}"


def anybodys(name: str, *roles: str, got: str = OK) -> Row:
    """Return the row of what these roles do, whosever it is; others are not told whether it is there."""
    there = only(*roles, get=got)
    return row(name, own=there, foreign=there, absent=only(*roles, get=ABSENT))


def chosen(name: str, what: str) -> Row:
    """Return the row of what everybody does with their own of some things; what is not theirs is passed over."""
    none = all_roles(f"{OK} {what} 0")
    return row(name, own=all_roles(f"{OK} {what} 1"), foreign=none, absent=none)


def by_link(name: str) -> Row:
    """Return the row of an entrance that whoever has a mail's link may use."""
    return public(name, own=OK, foreign=OK, absent=ABSENT)


NOTIFICATIONS = table(
    row(f"GET {MINE}", EVERYBODY),
    chosen(f"PUT {MINE}/read", "changed"),
    row(f"PUT {MINE}/read-all", EVERYBODY),
    chosen(f"POST {MINE}/delete", "deleted"),
    own_only(f"PUT {MINE}/{{notification_id}}/read"),
    own_only(f"PUT {MINE}/{{notification_id}}/click"),
    own_only(f"DELETE {MINE}/{{notification_id}}"),
    row(f"GET {MINE}/preferences", EVERYBODY),
    row(f"PATCH {MINE}/preferences", EVERYBODY),
    row(f"GET {MINE}/devices", EVERYBODY),
    row(f"POST {MINE}/devices", all_roles(CREATED)),  # the same for all: it changes hands
    own_only(f"DELETE {MINE}/devices/{{device_id}}"),
    by_link(f"GET {MINE}/unsubscribe"),
    by_link(f"POST {MINE}/unsubscribe"),
    by_link(f"POST {MINE}/unsubscribe/undo"),
    # everybody's
    row("GET /api/admin/notifications", only(*STAFF)),
    row("GET /api/admin/notifications/stats", only(*STAFF)),
    anybodys("GET /api/admin/notifications/{notification_id}/trace", *STAFF),
    anybodys("POST /api/admin/notifications/deliveries/{delivery_id}/retry", *STAFF),
    # campaigns
    row(f"GET {CAMPAIGNS}", only(*ADMINS)),
    row(f"POST {CAMPAIGNS}", only(*ADMINS, get=CREATED)),
    anybodys(f"GET {ONE}", *ADMINS),
    anybodys(f"PATCH {ONE}", *ADMINS),
    anybodys(f"POST {ONE}/start", *ADMINS),
    anybodys(f"POST {ONE}/pause", *ADMINS),
    anybodys(f"POST {ONE}/resume", *ADMINS),
    anybodys(f"POST {ONE}/cancel", *ADMINS),
    anybodys(f"POST {ONE}/test", *ADMINS, got=TAKEN),
    # vendors, who share no secret with us here: tests/webhooks
    public("POST /api/webhooks/{source}", ABSENT),
    row("GET /api/admin/webhooks", only(*STAFF)),
    row(
        "POST /api/admin/webhooks/{webhook_id}/retry",
        foreign=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
)
