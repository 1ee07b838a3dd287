"""The rows of the search and of attachments: users see those of their own conversations."""

from __future__ import annotations

from tests.security.matrix_table import OK, all_roles, row, table

ROUTES = table(
    row("GET /api/chat/search", all_roles(OK)),
    row("GET /api/chat/attachments", all_roles(OK)),
)
