"""Notifications, preferences and devices of the caller; all notifications for staff; campaigns for admins.

The creator of a campaign has no special rights; a webhook call has no owner.
"""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACCEPTED,
    ADMINS,
    CREATED,
    OK,
    STAFF,
    Row,
    all_roles,
    only,
    own_only,
    public,
    row,
    table,
)

ALL_USERS = all_roles(OK)
MINE, CAMPAIGNS = "/api/notifications", "/api/admin/campaigns"
ANNOUNCEMENTS = "/api/admin/announcements"
ONE = f"{CAMPAIGNS}/{{campaign_id}}"


def any_owner(name: str, *roles: str, got: str = OK) -> Row:
    """Return a row: these roles have access regardless of the owner; others cannot learn whether the object exists."""
    there = only(*roles, get=got)
    return row(name, own=there, foreign=there, absent=only(*roles, get=ABSENT))


def bulk(name: str, what: str) -> Row:
    """Return the row of a bulk action on the caller's own objects, which ignores all others."""
    none = all_roles(f"{OK} {what} 0")
    return row(name, own=all_roles(f"{OK} {what} 1"), foreign=none, absent=none)


def by_link(name: str) -> Row:
    """Return the row of a public route that is authorized by the token in a mail's link."""
    return public(name, own=OK, foreign=OK, absent=ABSENT)


ROUTES = table(
    row(f"GET {MINE}", ALL_USERS),
    bulk(f"PUT {MINE}/read", "changed"),
    row(f"PUT {MINE}/read-all", ALL_USERS),
    bulk(f"POST {MINE}/delete", "deleted"),
    own_only(f"PUT {MINE}/{{notification_id}}/read"),
    own_only(f"PUT {MINE}/{{notification_id}}/click"),
    own_only(f"DELETE {MINE}/{{notification_id}}"),
    row(f"GET {MINE}/preferences", ALL_USERS),
    row(f"PATCH {MINE}/preferences", ALL_USERS),
    row(f"GET {MINE}/devices", ALL_USERS),
    row(f"POST {MINE}/devices", all_roles(CREATED)),  # always 201: a registered device moves to the caller
    own_only(f"DELETE {MINE}/devices/{{device_id}}"),
    row(f"GET {MINE}/suppressions", ALL_USERS),
    own_only(f"POST {MINE}/suppressions/{{suppression_id}}/lift"),
    by_link(f"GET {MINE}/unsubscribe"),
    by_link(f"POST {MINE}/unsubscribe"),
    by_link(f"POST {MINE}/unsubscribe/undo"),
    # of all users
    row("GET /api/admin/notifications", only(*STAFF)),
    row("GET /api/admin/notifications/stats", only(*STAFF)),
    row("GET /api/admin/notifications/types", only(*STAFF)),
    row("GET /api/admin/notifications/types/{name}/previews", only(*STAFF)),
    any_owner("GET /api/admin/notifications/{notification_id}/trace", *STAFF),
    any_owner("POST /api/admin/notifications/deliveries/{delivery_id}/retry", *STAFF),
    row("GET /api/admin/suppressions", only(*STAFF)),
    any_owner("POST /api/admin/suppressions/{suppression_id}/lift", *STAFF),
    # announcements; the created one is an admin's, to its owner
    row(f"GET {ANNOUNCEMENTS}", only(*ADMINS)),
    row(f"POST {ANNOUNCEMENTS}", only(*ADMINS)),  # a preview
    any_owner(f"PATCH {ANNOUNCEMENTS}/{{announcement_id}}", *ADMINS),
    any_owner(f"POST {ANNOUNCEMENTS}/{{announcement_id}}/revoke", *ADMINS),
    row("GET /api/announcements", ALL_USERS),
    own_only("PUT /api/announcements/{announcement_id}/dismiss"),
    # campaigns
    row(f"GET {CAMPAIGNS}", only(*ADMINS)),
    row(f"POST {CAMPAIGNS}", only(*ADMINS, get=CREATED)),
    any_owner(f"GET {ONE}", *ADMINS),
    any_owner(f"PATCH {ONE}", *ADMINS),
    any_owner(f"POST {ONE}/start", *ADMINS),
    any_owner(f"POST {ONE}/pause", *ADMINS),
    any_owner(f"POST {ONE}/resume", *ADMINS),
    any_owner(f"POST {ONE}/cancel", *ADMINS),
    any_owner(f"POST {ONE}/test", *ADMINS, got=ACCEPTED),
    # no vendor is configured here: see tests/webhooks
    public("POST /api/webhooks/{source}", ABSENT),
    row("GET /api/admin/webhooks", only(*STAFF)),
    row("GET /api/admin/webhooks/refusals", only(*STAFF)),
    row(
        "GET /api/admin/webhooks/{webhook_id}",
        foreign=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
    row(
        "GET /api/admin/webhooks/{webhook_id}/body",
        foreign=only("super_admin"),
        absent=only("super_admin", get=ABSENT),
    ),
    row("POST /api/admin/webhooks/replay", only(*ADMINS, get=ABSENT)),
    row(
        "GET /api/admin/webhooks/replays/{replay_id}",
        foreign=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
    row(
        "POST /api/admin/webhooks/{webhook_id}/retry",
        foreign=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
)
