"""Personal data in the ledger: the export of a user's lines. The ledger has ids of users and no other data of them."""

from __future__ import annotations

from collections.abc import Iterator

from metaia.auth.account import export
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.finance.transactions import lines, presenters, queries


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield all lines of a user's account, the earliest first."""
    held = lines.holdings(actor.id)

    def fetch(cursor: str | None) -> export.Page:
        return queries.page(held, filters={}, sort=queries.BY_TIME, limit=export.PAGE_SIZE, cursor=cursor)

    for rows in export.all_pages(fetch):
        yield presenters.transactions(rows)
