"""The permission matrix: the outcome for every actor and object, one row per route and per event that clients send.

`test_matrix.py` fails for a route without a row. Each domain has a file of rows; matrix_table.py has their notation.
Ids in paths come from matrix_people.py (`OBJECTS`, `object_id`); bodies come from the OpenAPI examples and from
matrix_requests.py (`BODIES`).
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
