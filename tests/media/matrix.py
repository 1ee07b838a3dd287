"""Media of the caller; staff reads all of them. Files of the local store have signed addresses instead of tokens."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    CREATED,
    FORBIDDEN,
    OK,
    STAFF,
    all_roles,
    only,
    public,
    row,
    table,
)

MEDIA = "/api/upload/{media_id}"
ROUTES = table(
    row(f"GET {MEDIA}/url", own=all_roles(OK), foreign=only(*STAFF), absent=all_roles(ABSENT)),
    row("GET /api/upload/urls", all_roles(OK)),
    row("POST /api/upload/sign", all_roles(CREATED)),
    row(f"POST {MEDIA}/complete", own=all_roles(OK), foreign=all_roles(FORBIDDEN), absent=all_roles(ABSENT)),
    public("GET /media/{key}", "403 address_refused"),
    public("PUT /media/incoming/{upload_token}", "403 upload_refused"),
)
