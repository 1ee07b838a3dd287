"""Socket messages about free times: joining and leaving a partner's slots room."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from metaia.bookings.slots.publish import room
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.errors import NotFound
from metaia.core.http.fields import Id, Schema
from metaia.realtime import inbound
from metaia.realtime.gateways import requested_rooms
from metaia.users import queries as user_queries


class SlotsRoom(Schema):
    partner_id = Id(required=True)


class JoinedSlotsRoom(Schema):
    """The room that a client has joined or left."""

    partner_id = fields.UUID(required=True)
    room = fields.String(required=True)


@inbound.on(
    "join_slots_room",
    SlotsRoom,
    "Follow the free times of a partner: every user. Read them after joining.",
    returns=JoinedSlotsRoom,
    changes=False,
)
def join_slots_room(_: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Add the connection to the room; it has no personal data."""
    if user_queries.active_with_role(data["partner_id"], PARTNERS) is None:
        raise NotFound("There is no such partner.")
    joined = room(data["partner_id"])
    requested_rooms.join(joined)
    return {"partnerId": data["partner_id"], "room": joined}


@inbound.on(
    "leave_slots_room",
    SlotsRoom,
    "Stop following the free times of a partner.",
    returns=JoinedSlotsRoom,
    changes=False,
)
def leave_slots_room(_: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Remove the connection from the room; leaving a room that was not joined is no error."""
    left = room(data["partner_id"])
    requested_rooms.leave(left)
    return {"partnerId": data["partner_id"], "room": left}
