"""Registration of chat; its routes are those of its features."""

from __future__ import annotations

from types import ModuleType

from flask import Flask

from metaia.chat import events
from metaia.chat.attachments import models as attachment_models
from metaia.chat.blocks import routes as block_routes
from metaia.chat.conversations import routes as conversation_routes
from metaia.chat.editing import routes as editing_routes
from metaia.chat.history import routes as history_routes
from metaia.chat.messages import routes as message_routes
from metaia.chat.moderation import routes as moderation_routes
from metaia.chat.participants import routes as participant_routes
from metaia.chat.preferences import routes as preference_routes
from metaia.chat.reactions import routes as reaction_routes
from metaia.chat.restrictions import routes as restriction_routes
from metaia.chat.support import routes as support_routes
from metaia.core.openapi.document import Api
from metaia.realtime import catalogue

__all__ = ["attachment_models", "register"]

# Each has `register(app, api)`.
FEATURES: tuple[ModuleType, ...] = (
    block_routes,
    conversation_routes,
    editing_routes,
    history_routes,
    message_routes,
    moderation_routes,
    participant_routes,
    preference_routes,
    reaction_routes,
    restriction_routes,
    support_routes,
)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    for feature in FEATURES:
        feature.register(app, api)
