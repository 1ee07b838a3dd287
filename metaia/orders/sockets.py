"""Socket messages about orders: joining and leaving an order's room."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from metaia.core import rooms
from metaia.core.access.actor import Actor
from metaia.core.http.fields import Id, Schema
from metaia.orders import policy, presenters, service
from metaia.realtime import inbound
from metaia.realtime.gateways import requested_rooms


class OrderRoom(Schema):
    order_id = Id(required=True)


class JoinedOrderRoom(Schema):
    """The room that a client has joined or left."""

    order_id = fields.UUID(required=True)
    room = fields.String(required=True)


@inbound.on(
    "join_order_room",
    OrderRoom,
    "Follow one order: anyone who takes part in it, and staff.",
    returns=JoinedOrderRoom,
    changes=False,
)
def join_order_room(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Add the connection to the order's room, if its user may see the order."""
    order = service.read(actor, data["order_id"])
    room = rooms.subject("order", order.id)
    with requested_rooms.all_or_none():
        requested_rooms.join(room)
        service.read(actor, order.id)  # the order may have been reassigned since the first read
    return {"orderId": order.id, "room": room}


@inbound.on(
    "leave_order_room", OrderRoom, "Stop following one order.", returns=JoinedOrderRoom, changes=False
)
def leave_order_room(_: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Remove the connection from the order's room; leaving a room that was not joined is no error."""
    room = rooms.subject("order", data["order_id"])
    requested_rooms.leave(room)
    return {"orderId": data["order_id"], "room": room}


def evict_former_parties(update: dict[str, Any]) -> None:
    """Remove users who no longer take part in an order, such as its previous courier, from its room."""
    parties = presenters.ShownParties(update["order"])
    requested_rooms.evict_unless(
        rooms.subject("order", update["orderId"]), lambda actor: policy.may_see(actor, parties)
    )
