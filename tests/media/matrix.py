"""Media of the caller; staff reads all of them. Files of the local store have signed addresses instead of tokens."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACCEPTED,
    ADMINS,
    CREATED,
    FORBIDDEN,
    OK,
    REDIRECTED,
    STAFF,
    Row,
    all_roles,
    only,
    public,
    row,
    table,
)

MEDIA = "/api/upload/{media_id}"
LIMITS = "/api/admin/users/{user_id}/upload-limits"


def read_own(path: str) -> Row:
    """Return the row of a read of one file, for its owner and staff."""
    return row(f"GET {path}", own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT))


def limits(method: str, *roles: str) -> Row:
    """Return the row of the limits of any user, for these roles."""
    there, absent = only(*roles), only(*roles, get=ABSENT)
    return row(f"{method} {LIMITS}", own=there, foreign=there, of_admin=there, absent=absent)


def moderated(action: str) -> Row:
    """Return the row of an action of admins on any file."""
    there = only(*ADMINS)
    return row(f"PATCH {MEDIA}/{action}", own=there, foreign=there, absent=only(*ADMINS, get=ABSENT))


ROUTES = table(
    *(row(f"POST /api/upload/{kind}", all_roles(ACCEPTED)) for kind in ("image", "document", "voice")),
    row("GET /api/upload", all_roles(OK)),
    row("GET /api/upload/usage", all_roles(OK)),
    read_own(MEDIA),
    row(f"PATCH {MEDIA}", own=all_roles(OK), foreign=all_roles(FORBIDDEN), absent=all_roles(ABSENT)),
    row(
        f"DELETE {MEDIA}",
        own=all_roles(ACCEPTED),
        foreign=only(*ADMINS, get=ACCEPTED),
        absent=all_roles(ABSENT),
    ),
    moderated("hide"),
    moderated("show"),
    limits("GET", *STAFF),
    limits("PUT", *ADMINS),
    row(f"GET {MEDIA}/url", own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT)),
    row(
        "GET /api/media/{media_id}/content",
        own=all_roles(REDIRECTED),
        foreign=only(*STAFF, get=REDIRECTED),
        absent=all_roles(ABSENT),
    ),
    row("GET /api/upload/urls", all_roles(OK)),
    row("POST /api/upload/sign", all_roles(CREATED)),
    row(f"POST {MEDIA}/complete", own=all_roles(OK), foreign=all_roles(FORBIDDEN), absent=all_roles(ABSENT)),
    public("GET /media/{key}", "403 address_refused"),
    public("PUT /media/incoming/{upload_token}", "403 upload_refused"),
)
