"""The permission matrix: the outcome for every actor and object, one row per route and per event that clients send.

`test_matrix.py` fails for a route without a row. Each domain has its rows in `tests/<domain>/matrix.py` (`ROUTES`, and
`EVENTS` for messages on sockets); matrix_table.py has their notation. Ids in paths come from matrix_people.py
(`OBJECTS`, `object_id`); bodies come from the OpenAPI examples and from matrix_requests.py (`BODIES`).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.security.matrix_table import Row, table

FOLDERS = sorted(path.parent.name for path in Path(__file__).parents[1].glob("*/matrix.py"))


def _rows(name: str) -> dict[str, Row]:
    """Return the rows of all domains; `table` refuses a row that stands in two of them."""
    domains = [import_module(f"tests.{folder}.matrix") for folder in FOLDERS if folder != "security"]
    return table(*(row for domain in domains for row in getattr(domain, name, {}).values()))


ROUTES, EVENTS = _rows("ROUTES"), _rows("EVENTS")
