"""Deals: the one of the matrix is that of an order, for its parties, its courier and staff."""

from __future__ import annotations

from typing import Any

from tests.security.matrix_table import ABSENT, OK, STAFF, all_roles, only, row, table

_seen: dict[str, Any] = {"own": all_roles(OK), "foreign": only(*STAFF), "absent": all_roles(ABSENT)}
ROUTES = table(
    row("GET /api/deals", all_roles(OK)),
    row("GET /api/deals/{deal_id}", **_seen),
    row("GET /api/deals/{deal_id}/timeline", **_seen),
)
