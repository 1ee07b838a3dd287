"""Registration of chat; its routes are those of its features."""

from __future__ import annotations

from types import ModuleType

from flask import Flask

from metaia.chat import events
from metaia.chat.attachments import models as attachment_models
from metaia.chat.editing import routes as editing_routes
from metaia.chat.history import routes as history_routes
from metaia.chat.messages import routes as message_routes
from metaia.chat.moderation import models as moderation_models
from metaia.chat.preferences import models as preference_models
from metaia.chat.reactions import routes as reaction_routes
from metaia.chat.restrictions import models as restriction_models
from metaia.core.openapi.document import Api
from metaia.realtime import catalogue

__all__ = ["attachment_models", "moderation_models", "preference_models", "register", "restriction_models"]

# Each has `register(app, api)`.
FEATURES: tuple[ModuleType, ...] = (
    editing_routes,
    history_routes,
    message_routes,
    reaction_routes,
)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    for feature in FEATURES:
        feature.register(app, api)
