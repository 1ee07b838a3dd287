"""What clients send about conversations on the screen."""

from __future__ import annotations

from typing import Any

from metaia.chat import recipients
from metaia.chat.live import screens, service
from metaia.chat.live.schemas import ConversationOnScreen, OffScreen, OnScreen, TypingTaken
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, declare
from metaia.core.json import Json
from metaia.realtime import inbound
from metaia.realtime.clients.connections import Connection
from metaia.realtime.gateways import requested_rooms

declare({"not_joined": "Send `chat:join` first: typing is for conversations on the screen."})


@inbound.on(
    "chat:join",
    ConversationOnScreen,
    "Have a conversation on the screen from now on: its participants, and staff in support.",
    returns=OnScreen,
    changes=False,
)
def join(actor: Actor, data: dict[str, Any]) -> Json:
    """Add the connection to the conversation's room."""
    conversation_id = data["conversation_id"]
    room = recipients.room(conversation_id)
    service.require(actor, conversation_id)
    with requested_rooms.all_or_none():
        requested_rooms.join(room)
        service.require(actor, conversation_id)  # the actor may have been removed since the first read
        shown = {} if requested_rooms.restoring() else service.shown(actor, conversation_id)
    return shown | {"room": room}


@inbound.on(
    "chat:leave",
    ConversationOnScreen,
    "Have a conversation on the screen no longer.",
    returns=OffScreen,
    changes=False,
)
def leave(_: Actor, data: dict[str, Any]) -> Json:
    """Remove the connection from the room; leaving a room that was not joined is no error."""
    conversation_id = data["conversation_id"]
    room = recipients.room(conversation_id)
    screens.hide(requested_rooms.sender(), conversation_id)
    requested_rooms.leave(room)
    return {"conversationId": conversation_id, "room": room}


@inbound.on(
    "typing:start",
    ConversationOnScreen,
    "Let others see that one is typing: participants with the conversation on the screen.",
    returns=TypingTaken,
)
def start(actor: Actor, data: dict[str, Any]) -> Json:
    """Inform the others. Once in 30 seconds the database is asked whether they may see it."""
    conversation_id = data["conversation_id"]
    client = _on_screen(conversation_id)
    screen = screens.known(client, conversation_id)
    if screen is None:
        shown = service.shows_typing(actor, conversation_id)
        screen = screens.show(client, conversation_id, shown=shown)
    screens.start(client, conversation_id, screen)
    return {}


@inbound.on(
    "typing:stop",
    ConversationOnScreen,
    "Let others see that one is not typing any more.",
    returns=TypingTaken,
)
def stop(_: Actor, data: dict[str, Any]) -> Json:
    """Inform the others, if they think that one is typing."""
    screens.stop(_on_screen(data["conversation_id"]), data["conversation_id"])
    return {}


def _on_screen(conversation_id: str) -> Connection:
    """Return the client. Raises Forbidden (`not_joined`) unless it is in the conversation's room."""
    client = requested_rooms.sender()
    if recipients.room(conversation_id) not in client.rooms:
        raise Forbidden("Join the conversation first.", code="not_joined")
    return client
