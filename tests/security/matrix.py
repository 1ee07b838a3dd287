"""Who gets what, everywhere: one row for each route and each event that clients send.

A new one fails `test_matrix.py` until it has a row here, in its domain's file; cells.py says how to write it. What its
address names is in stage.py (`THINGS`, `thing`), and what it needs beyond the OpenAPI example in asking.py (`BODIES`).
"""

from __future__ import annotations

from tests.security.matrix_accounts import ACCOUNTS
from tests.security.matrix_live import EVENTS, LIVE
from tests.security.matrix_notifications import NOTIFICATIONS
from tests.security.matrix_orders import ORDERS
from tests.security.matrix_pages import PAGES
from tests.security.matrix_staff import STAFF_ONLY
from tests.security.matrix_table import table

__all__ = ["EVENTS", "ROUTES"]
DOMAINS = (ACCOUNTS, ORDERS, NOTIFICATIONS, LIVE, PAGES, STAFF_ONLY)
ROUTES = table(*(row for domain in DOMAINS for row in domain.values()))
