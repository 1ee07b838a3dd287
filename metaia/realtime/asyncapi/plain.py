"""The plain WebSockets' part of the AsyncAPI document."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core.errors import BY_STATUS
from metaia.core.http.fields import Schema
from metaia.core.json import Json
from metaia.realtime.asyncapi import wire_events
from metaia.realtime.asyncapi.parts import Schemas, message, refs, sends, servers
from metaia.realtime.catalogue import Channel
from metaia.realtime.gateways.plain import TicketQuery
from metaia.realtime.transport.frames import POLICY_VIOLATION, SERVICE_RESTART

REFUSALS = (401, 403, 422, 426, 429, 503)  # HTTP statuses that answer a handshake


def parts(schemas: Schemas, channels: Iterable[Channel]) -> tuple[Json, Json, Json]:
    """Return the messages, channels and operations of `/ws`, which sends every event, and of `channels`."""
    event = Channel("ws", "/ws", TicketQuery, "event", Schema, "An event, on a plain WebSocket.")
    payloads = {"event": wire_events.union(schemas.converter, "Event", with_sync=True)}
    all_channels = (event, *channels)
    return (
        {
            each.message: message(
                each.message, each.summary, payloads.get(each.message) or schemas.ref(each.schema)
            )
            for each in all_channels
        },
        {each.name: _channel(each, schemas.inline(each.query)) for each in all_channels},
        {f"send_{each.message}": sends(each.name, each.message) for each in all_channels},
    )


def _channel(channel: Channel, query: Json) -> Json:
    return {
        "address": channel.address,
        "servers": servers("plain"),
        "messages": refs("#/components/messages", [channel.message]),
        "bindings": {"ws": {"method": "GET", "query": query}},
        "x-refusals": {str(status): BY_STATUS[status].message for status in REFUSALS},
        "x-close-codes": {
            str(POLICY_VIOLATION): "The connection may not continue; the reason states why.",
            str(SERVICE_RESTART): "The process is being replaced: reconnect with the cursor.",
        },
    }
