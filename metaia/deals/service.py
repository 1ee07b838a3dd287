"""Reading deals: the access to one, and what it shows of its order, booking, offer, payment and conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.conversations import service as conversation_service
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, NotFound
from metaia.core.json import Json
from metaia.deals import policy, presenters, queries
from metaia.deals.queries import Deal
from metaia.payments import queries as payment_queries
from metaia.payments.queries import Payment


def read(actor: Actor, deal_id: str) -> tuple[Deal, str]:
    """Return a deal and the actor's part in it. Raises NotFound and Forbidden."""
    deal = queries.get(deal_id)
    if deal is None:
        raise NotFound("There is no such deal.")
    part = policy.part(actor, deal)
    if part is None:
        raise Forbidden("This deal is not yours.")
    return deal, part


def latest_payments(deals: Sequence[Deal]) -> dict[str, Payment]:
    """Return the payment of each deal that has one: the latest with money, else the latest."""
    purposes: dict[str, dict[str, str]] = defaultdict(dict)
    for deal in deals:
        if deal.payment:
            purposes[deal.kind][deal.row.id] = deal.id
    found: dict[str, Payment] = {}
    for kind, ids in purposes.items():
        for payment in payment_queries.of_purposes(kind, ids):
            known = found.get(ids[payment.purpose_id or ""])
            if known is None or payment.captured or not known.captured:
                found[ids[payment.purpose_id or ""]] = payment
    return found


def show(actor: Actor, deal_id: str) -> Json:
    """Return one deal as `DealOut`. Raises NotFound and Forbidden."""
    deal, _ = read(actor, deal_id)
    return _present(actor, [deal])[0]


def page(actor: Actor, query: Json) -> tuple[list[Json], str | None]:
    """Return one page of the deals that `actor` takes part in, newest first, and the next page's cursor."""
    part = {given: query.pop(given) for given in ("limit", "cursor")}
    deals, following = queries.page(actor, filters=query, **part)
    return _present(actor, deals), following


def _present(actor: Actor, deals: list[Deal]) -> list[Json]:
    payments, chats = latest_payments(deals), _conversations(actor, [deal.id for deal in deals])
    return [
        presenters.deal(deal, actor, payments.get(deal.id), chats.get(deal.id))
        for deal in queries.with_offers(deals)
    ]


def _conversations(actor: Actor, deal_ids: Sequence[str]) -> dict[str, Json]:
    """Return the conversations of deals as `actor` sees them. Staff outside of a conversation sees no message of it."""
    found = conversation_queries.of_deals(actor.id, deal_ids)
    return dict(zip(found, conversation_service.shown(actor, list(found.values())), strict=True))
