"""The rows of chat, by feature."""

from __future__ import annotations

from tests.chat import found_matrix, live_matrix, message_matrix, people_matrix
from tests.security.matrix_table import table

ROUTES = table(
    *found_matrix.ROUTES.values(),
    *live_matrix.ROUTES.values(),
    *message_matrix.ROUTES.values(),
    *people_matrix.ROUTES.values(),
)
EVENTS = table(*live_matrix.EVENTS.values(), *message_matrix.EVENTS.values())
