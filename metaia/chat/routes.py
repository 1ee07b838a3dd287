"""Registration of chat; its routes are those of its features."""

from __future__ import annotations

from types import ModuleType

from flask import Flask

from metaia.chat import events
from metaia.chat.analytics import routes as analytics_routes
from metaia.chat.attachments import routes as attachment_routes
from metaia.chat.blocks import routes as block_routes
from metaia.chat.conversations import routes as conversation_routes
from metaia.chat.editing import routes as editing_routes
from metaia.chat.following import routes as following_routes
from metaia.chat.history import routes as history_routes
from metaia.chat.live import routes as live_routes
from metaia.chat.messages import routes as message_routes
from metaia.chat.moderation import routes as moderation_routes
from metaia.chat.participants import routes as participant_routes
from metaia.chat.personal_data import routes as personal_data_routes
from metaia.chat.preferences import routes as preference_routes
from metaia.chat.reactions import routes as reaction_routes
from metaia.chat.receipts import routes as receipt_routes
from metaia.chat.reminders import routes as reminder_routes
from metaia.chat.restrictions import routes as restriction_routes
from metaia.chat.search import routes as search_routes
from metaia.chat.support import routes as support_routes
from metaia.core.openapi.document import Api
from metaia.realtime import catalogue

# Each has `register(app, api)`.
FEATURES: tuple[ModuleType, ...] = (
    attachment_routes,
    analytics_routes,
    block_routes,
    conversation_routes,
    editing_routes,
    following_routes,
    history_routes,
    live_routes,
    message_routes,
    moderation_routes,
    participant_routes,
    personal_data_routes,
    preference_routes,
    reaction_routes,
    reminder_routes,
    receipt_routes,
    restriction_routes,
    search_routes,
    support_routes,
)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    for feature in FEATURES:
        feature.register(app, api)
