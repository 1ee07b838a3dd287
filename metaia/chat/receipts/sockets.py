"""What clients send about receipts over a socket."""

from __future__ import annotations

from typing import Any

from metaia.chat.receipts import flushing, service
from metaia.chat.receipts.schemas import Confirmed, DeliveredMany, MineShown, ReadInSocket
from metaia.core.access.actor import Actor
from metaia.realtime import inbound


@inbound.on(
    "chat:read",
    ReadInSocket,
    "Mark a conversation as read up to a message: its participants.",
    returns=MineShown,
)
def read(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Mark a conversation as read."""
    return service.read(actor, data["conversation_id"], data["seq"])


@inbound.on(
    "chat:delivered",
    DeliveredMany,
    "Confirm that one has the messages of up to 100 conversations: their participants.",
    returns=Confirmed,
)
def delivered(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Collect what was delivered; it is written together with that of others."""
    pending = flushing.current()
    for each in data["conversations"]:
        pending.add(actor.id, each["id"], each["seq"])
    return {"conversations": len(data["conversations"])}
