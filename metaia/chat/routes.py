"""Registration of chat; its routes are those of its features."""

from __future__ import annotations

from types import ModuleType

from flask import Flask

from metaia.chat import models
from metaia.chat.attachments import models as attachment_models
from metaia.chat.messages import models as message_models
from metaia.chat.moderation import models as moderation_models
from metaia.chat.preferences import models as preference_models
from metaia.chat.restrictions import models as restriction_models
from metaia.core.openapi.document import Api

__all__ = [
    "attachment_models",
    "message_models",
    "models",
    "moderation_models",
    "preference_models",
    "register",
    "restriction_models",
]

# Each has `register(app, api)`.
FEATURES: tuple[ModuleType, ...] = ()


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    for feature in FEATURES:
        feature.register(app, api)
