"""The rows of chat, by feature."""

from __future__ import annotations

from tests.chat import message_matrix, people_matrix
from tests.security.matrix_table import table

ROUTES = table(*message_matrix.ROUTES.values(), *people_matrix.ROUTES.values())
EVENTS = table(*message_matrix.EVENTS.values())
