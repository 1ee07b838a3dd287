"""Personal data in refunds: the export. Rows stay when an account is deleted, as they have no names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metaia.auth.account import export
from metaia.core.access.actor import Actor
from metaia.payments.refunds import presenters, queries


def pages(actor: Actor) -> Iterator[list[dict[str, Any]]]:
    """Yield the refunds of payments that a user has made or received."""
    for refunds in export.all_pages(lambda cursor: _page(actor, cursor)):
        yield [presenters.refund(refund, actor) for refund in refunds]


def _page(actor: Actor, cursor: str | None) -> export.Page:
    return queries.page(actor.id, filters={}, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor)
