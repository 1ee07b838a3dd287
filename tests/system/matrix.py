"""The state of the installation: for staff; changes and the log of events for admins."""

from __future__ import annotations

from tests.security.matrix_table import ABSENT, ADMINS, STAFF, only, public, row, table

ROUTES = table(
    public("GET /api/system/health"),
    public("GET /api/system/version"),
    row("GET /api/system/stats", only(*STAFF)),
    row("GET /api/system/performance", only(*STAFF)),
    row("GET /api/system/errors", only(*STAFF)),
    row(
        "GET /api/system/errors/{fingerprint}",
        foreign=only(*STAFF),
        absent=only(*STAFF, get=ABSENT),
    ),
    row(
        "PATCH /api/system/errors/{fingerprint}",
        foreign=only(*ADMINS),
        absent=only(*ADMINS, get=ABSENT),
    ),
    row("GET /api/system/events", only(*ADMINS)),
    row("GET /api/system/events/types", only(*ADMINS)),
)
