"""Events that clients may send over Socket.IO: domains mark handlers with `@on(…)` and register their module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from flask import Flask
from marshmallow import ValidationError

from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid, flatten
from metaia.core.http.fields import Schema
from metaia.core.registry import Registry, marks

Handler = Callable[[Actor, dict[str, Any]], dict[str, Any]]
State = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]  # an event's name and payload


@dataclass(frozen=True)
class InboundEvent:
    """An event that clients may send. Sessions that are read-only may send it only if it `changes` nothing.

    `state` returns an event that the log does not have: a client gets it when the room that it joined is restored.
    """

    name: str
    schema: type[Schema]
    handle: Handler
    summary: str
    changes: bool
    returns: type[Schema]  # `data` of the acknowledgement
    state: State | None = None

    def parse(self, arguments: tuple[Any, ...]) -> dict[str, Any]:
        """Return the client's one argument, validated. Raises Invalid.

        If the schema has a single field, a client may send the bare value: `emit("join_order_room", id)`.
        """
        if len(arguments) != 1:
            raise Invalid("Send exactly one argument.")
        schema, given = self.schema(), arguments[0]
        if len(schema.fields) == 1 and not isinstance(given, dict):
            given = {next(iter(schema.fields.values())).data_key: given}
        try:
            loaded: dict[str, Any] = schema.load(given)
        except ValidationError as error:
            raise Invalid(details=flatten(error.messages)) from None
        return loaded


INBOUND: Registry[str, InboundEvent] = Registry("inbound_events")


def on(
    name: str,
    schema: type[Schema],
    summary: str,
    *,
    returns: type[Schema] = Schema,
    changes: bool = True,
    state: State | None = None,
) -> Callable[[Handler], Handler]:
    """Mark the handler of the inbound event `name`: a function of the actor and the validated argument."""

    def mark(handle: Handler) -> Handler:
        handle.inbound_event = InboundEvent(name, schema, handle, summary, changes, returns, state)  # type: ignore[attr-defined]
        return handle

    return mark


def register(app: Flask, sockets: ModuleType) -> None:
    """Add the handlers of a domain's `sockets` module. Raises ValueError when a name is taken."""
    for event in marks(sockets, "inbound_event"):
        INBOUND.register(app, event.name, event)
