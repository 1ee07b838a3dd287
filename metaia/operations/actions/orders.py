"""Bulk actions on orders: each is the action that the routes of orders have."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.operations.actions.kinds import Cells, Change, Instruction, Kind, Run
from metaia.operations.policy import EXPORT
from metaia.orders import queries as order_queries
from metaia.orders import service as order_service
from metaia.orders.money import service as order_money
from metaia.orders.notes import service as notes
from metaia.orders.queries import Order
from metaia.orders.search import queries as search_queries

HEADER = (
    "number", "status", "placed", "partner", "customer", "courier", "total", "currency", "payment method", "payment",
)  # fmt: skip


def _acted(action: str, body: Callable[[Json], Json]) -> Run:
    def run(actor: Actor, order_id: str, given: Instruction) -> Change:
        before = _locked(order_id)
        after = order_service.act(actor, order_id, action, body(given.parameters))
        return _shown(before), _shown(after)

    return run


def _note(actor: Actor, order_id: str, given: Instruction) -> Change:
    before = _locked(order_id)
    after = notes.add(actor, order_id, given.parameters["message"])
    return _shown(before), _shown(after)


def _exported(actor: Actor, order_id: str, _: Instruction) -> Change:
    order_service.read(actor, order_id)
    return None, None


def _locked(order_id: str) -> Order:
    """Return a row-locked order; its payments are row-locked before it, as for every action."""
    order = order_money.to_change(order_id)
    if order is None:
        raise NotFound("There is no such order.")
    return order


def _shown(order: Order) -> Json:
    return {"status": order.status, "version": order.version, "deliveryPartnerId": order.courier_id}


def _message(given: Json) -> Json:
    return {"message": given.get("message")}


def _rejection(given: Json) -> Json:
    return {"reason": given["reject_reason"], "message": given.get("message")}


def _assignment(given: Json) -> Json:
    return {"delivery_partner_id": given["delivery_partner_id"], "message": given.get("message")}


def _rows(order_ids: Iterable[str]) -> dict[str, Cells]:
    return {order_id: _cells(order) for order_id, order in order_queries.by_ids(order_ids).items()}


def _cells(order: Order) -> Cells:
    payment = order.payment["status"] if order.payment else "none"
    placed = rfc3339(order.created_at)
    parties: Cells = [order.partner_id, order.customer_id, order.courier_id]
    total = to_major(order.total, order.currency)
    first: Cells = [order.order_number, order.status, placed]
    return [*first, *parties, total, order.currency, order.payment_method, payment]


ORDERS = Kind(
    matching=search_queries.matching,
    groups=search_queries.count_by_status,
    titles=search_queries.numbers,
    header=HEADER,
    rows=_rows,
    actions={
        "cancel": _acted("cancel", _message),
        "reject": _acted("reject", _rejection),
        "assign": _acted("assign", _assignment),
        "complete": _acted("complete", _message),
        "note": _note,
        EXPORT: _exported,
    },
)
