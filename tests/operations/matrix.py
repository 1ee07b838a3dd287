"""Bulk operations, for admins: all may look at and cancel them, only the author may retry."""

from __future__ import annotations

from tests.security.matrix_table import ABSENT, ADMINS, OK, Row, only, row, table

ALL, ONE = "/api/admin/operations", "/api/admin/operations/{operation_id}"
NOT_AUTHOR = "403 not_author"


def for_admins(name: str, foreign: str = OK) -> Row:
    there = only(*ADMINS)
    return row(name, own=there, foreign=only(*ADMINS, get=foreign), absent=only(*ADMINS, get=ABSENT))


ROUTES = table(
    row("POST /api/admin/orders/bulk", only(*ADMINS)),
    row("POST /api/admin/users/bulk", only(*ADMINS)),
    row(f"GET {ALL}", only(*ADMINS)),
    for_admins(f"GET {ONE}"),
    for_admins(f"GET {ONE}/results"),
    for_admins(f"GET {ONE}/results.csv"),
    for_admins(f"POST {ONE}/cancel"),
    for_admins(f"POST {ONE}/retry", foreign=NOT_AUTHOR),
)
