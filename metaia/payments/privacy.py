"""Personal data in payments: the export. Nothing is erased: payments and facts have ids of users, and no names."""

from __future__ import annotations

from collections.abc import Iterator

from metaia.auth.account import export
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.payments import presenters
from metaia.payments.managing import queries


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the payments of a user."""

    def fetch(cursor: str | None) -> export.Page:
        filters = {"payer_id": actor.id}
        return queries.page(actor, filters=filters, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor)

    for payments in export.all_pages(fetch):
        yield [presenters.payment(payment, actor) for payment in payments]
