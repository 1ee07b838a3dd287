"""Registration of conversations on the screen; it has no routes."""

from __future__ import annotations

from flask import Flask

from metaia.chat.live import events, queries, sockets
from metaia.core.openapi.document import Api
from metaia.presence import publish as presence_publish
from metaia.realtime import catalogue, inbound
from metaia.realtime.memberships import MEMBERSHIPS


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    catalogue.register(app, *events.EVENTS)
    inbound.register(app, sockets)
    MEMBERSHIPS.register(app, "chat", queries.groups)
    presence_publish.companions.register(app, "chat", queries.presence_rooms)
