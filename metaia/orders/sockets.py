"""What clients may ask about orders over a socket."""

from __future__ import annotations

from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.errors import Problem
from metaia.core.http.fields import Id, Schema
from metaia.orders import policy, presenters, service
from metaia.realtime import inbound
from metaia.realtime.gateways import socketio as socketio_gateway


class OrderRoom(Schema):
    order_id = Id(required=True)


@inbound.on(
    "join_order_room", OrderRoom, "Follow one order: anyone who takes part in it, and staff.", changes=False
)
def join_order_room(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let the client into the order's room, if it may see the order."""
    order = service.read(actor, data["order_id"])
    room = f"order-{order.id}"
    socketio_gateway.enter(room)
    try:
        service.read(actor, order.id)  # it may have been given to somebody else since the first look
    except Problem:
        socketio_gateway.leave(room)
        raise
    return {"orderId": order.id, "room": room}


@inbound.on("leave_order_room", OrderRoom, "Stop following one order.", changes=False)
def leave_order_room(_: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let the client out of the order's room; leaving a room one is not in is no error."""
    room = f"order-{data['order_id']}"
    socketio_gateway.leave(room)
    return {"orderId": data["order_id"], "room": room}


def keep_strangers_out(update: dict[str, Any]) -> None:
    """Put whoever no longer takes part in an order, as a courier it was taken from, out of its room."""
    parties = presenters.PartiesShown(update["order"])
    socketio_gateway.keep(f"order-{update['orderId']}", lambda actor: policy.may_see(actor, parties))
