"""The search across domains: every user may ask, and finds what that user may see."""

from __future__ import annotations

from tests.security.matrix_table import OK, all_roles, row, table

ROUTES = table(row("GET /api/search", all_roles(OK)))
