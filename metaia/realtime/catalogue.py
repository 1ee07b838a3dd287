"""The catalogue of events: each type with its schema, its name for clients, and its audience.

Domains list their types in `events.py` and register them. `GET /api/asyncapi.json` is generated from the catalogue,
`events.record()` refuses types that are not in it, and delivery reads from it how each viewer sees an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask
from marshmallow import Schema as MarshmallowSchema

from metaia.core.access.actor import Actor
from metaia.core.http.fields import Schema
from metaia.core.registry import Registry

Payload = dict[str, Any]


class View(Protocol):
    """How an event differs between its receivers. Both methods are pure and fast: they run for each delivery."""

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return a key for what `actor` sees; all actors with the same key see the same."""

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload as actors with `key` see it."""


@dataclass(frozen=True)
class EventType:
    """One type of event. `wire` is its name for clients; with None, only METAIA's own processes receive it."""

    name: str
    wire: str | None
    schema: type[Schema]
    summary: str
    audience: str
    view: View | None = None
    # By the name of a format: what plain WebSockets in that format get instead of `{type, data, cursor}`.
    renderings: Mapping[str, Callable[[Payload], Payload]] = field(default_factory=dict)


@dataclass(frozen=True)
class RetiredEvent:
    """A type that older releases recorded: the log may still have events of it, and no client gets them.

    A domain that drops an EventType registers its name as retired, until LOG_DAYS have passed in every installation.
    """

    name: str


@dataclass(frozen=True)
class EphemeralEvent:
    """A type of event that is emitted and never logged: clients that are not connected miss it."""

    wire: str
    schema: type[Schema]
    summary: str
    audience: str


@dataclass(frozen=True)
class Channel:
    """The address of a plain WebSocket, for the AsyncAPI document: it sends one kind of message."""

    name: str
    address: str
    query: type[Schema]
    message: str  # its name
    schema: type[MarshmallowSchema]
    summary: str


EVENTS: Registry[str, EventType] = Registry("events")
RETIRED: Registry[str, RetiredEvent] = Registry("retired_events")
EPHEMERAL: Registry[str, EphemeralEvent] = Registry("ephemeral_events")
CHANNELS: Registry[str, Channel] = Registry("websocket_channels")


def register(app: Flask, *entries: EventType | RetiredEvent | EphemeralEvent | Channel) -> None:
    """Add entries to the catalogue of `app`. Raises ValueError when a name is taken."""
    for entry in entries:
        if isinstance(entry, EventType):
            EVENTS.register(app, entry.name, entry)
        elif isinstance(entry, RetiredEvent):
            RETIRED.register(app, entry.name, entry)
        elif isinstance(entry, EphemeralEvent):
            EPHEMERAL.register(app, entry.wire, entry)
        else:
            CHANNELS.register(app, entry.name, entry)


def view_for(event_type: EventType, payload: Payload, actor: Actor) -> Payload:
    """Return the payload of an event as `actor` sees it."""
    view = event_type.view
    return payload if view is None else view.show(payload, view.key(payload, actor))
