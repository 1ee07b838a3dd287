"""The conversations on the screens of this process, and the users that type there; nothing is stored.

What is remembered ends with its client.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from metaia.chat import recipients
from metaia.chat.live.policy import EXPIRES_IN, START, STOP
from metaia.realtime import events, runtime
from metaia.realtime.clients.connections import Connection

EVERY = 2.0  # seconds between two starts of one client in one conversation; what is sent sooner is dropped
KEPT = 30.0  # seconds for which `shown` is not looked up again


@dataclass(slots=True)
class Screen:
    """A conversation on the screen of one client. `shown`: others see its typing."""

    shown: bool
    since: float
    started: float | None = None  # until it has stopped


_screens: WeakKeyDictionary[Connection, dict[str, Screen]] = WeakKeyDictionary()


def known(client: Connection, conversation_id: str) -> Screen | None:
    """Return the conversation on a client's screen, unless it must be looked up again."""
    screen = _screens.get(client, {}).get(conversation_id)
    return screen if screen is not None and time.monotonic() - screen.since < KEPT else None


def show(client: Connection, conversation_id: str, *, shown: bool) -> Screen:
    """Remember a conversation that is on a client's screen."""
    screens = _screens.setdefault(client, {})
    before = screens.get(conversation_id)
    screens[conversation_id] = Screen(shown, time.monotonic(), before.started if before else None)
    return screens[conversation_id]


def hide(client: Connection, conversation_id: str) -> None:
    """Forget a conversation that is not on the screen any more; its client has stopped typing in it."""
    stop(client, conversation_id)
    _screens.get(client, {}).pop(conversation_id, None)


def start(client: Connection, conversation_id: str, screen: Screen) -> None:
    """Inform the others that the client's user is typing, unless they know from a moment ago or must not see it."""
    moment = time.monotonic()
    if not screen.shown or (screen.started is not None and moment - screen.started < EVERY):
        return
    screen.started = moment
    client.at_end = partial(_end, client)
    _tell(START, client, conversation_id)


def stop(client: Connection, conversation_id: str) -> None:
    """Inform the others that the client's user is not typing any more, if they think so."""
    screen = _screens.get(client, {}).get(conversation_id)
    if screen is None or screen.started is None:
        return
    expired = time.monotonic() - screen.started > EXPIRES_IN
    screen.started = None
    if not expired:
        _tell(STOP, client, conversation_id)


def _end(client: Connection) -> None:
    """Stop typing in all conversations: the client is not connected any more."""
    for conversation_id in list(_screens.get(client, ())):
        stop(client, conversation_id)
    _screens.pop(client, None)


def _tell(name: str, client: Connection, conversation_id: str) -> None:
    payload = {
        "conversationId": conversation_id,
        "userId": client.actor.id,
        "expiresIn": EXPIRES_IN,
    }
    room = recipients.room(conversation_id)
    tell = partial(events.emit_ephemeral, name, payload, audience=[room], without=client.key)
    runtime.current().spawn(tell)  # it waits for Redis, and a client may end in the event loop
