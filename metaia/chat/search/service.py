"""Searching messages."""

from __future__ import annotations

from typing import Any

import gevent

from metaia.chat.history import service as history
from metaia.chat.search import queries
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.text import excerpts

Found = tuple[list[Json], str | None]  # answers, and the cursor of the next page


def find(actor: Actor, **options: Any) -> Found:
    """Return one page of the messages that `actor` searches, as FoundOut; `options` are those of `queries.page`.

    A message that is deleted after the page was read is left out.
    """
    rows, following = queries.page(actor.id, **options)
    shown = history.of_any(actor.id, [row.id for row in rows])
    query = options["filters"]["q"]
    return [_found(shown[row.id], query) for row in rows if row.id in shown], following


def _found(message: Json, query: str) -> Json:
    gevent.sleep(0)  # excerpts of a page of long messages take too long for one turn
    part, matches = excerpts.excerpt(message["text"] or "", query)
    return {"message": message, "excerpt": part, "matches": matches}
