"""Figures: staff read those of the marketplace, amounts are for admins, and partners have those of their own shop."""

from __future__ import annotations

from tests.security.matrix_table import PARTNERS, STAFF, Row, only, row, table

ALL = "/api/admin/analytics"

ROUTES: dict[str, Row] = table(
    row("GET /api/admin/dashboard", only(*STAFF)),
    row(f"GET {ALL}/definitions", only(*STAFF)),
    row(f"GET {ALL}/{{figures}}", only(*STAFF)),
    row(f"GET {ALL}/{{figures}}/drill", only(*STAFF)),
    row("GET /api/analytics/{figures}", only(*PARTNERS)),
    row("GET /api/analytics/{figures}/drill", only(*PARTNERS)),
)
