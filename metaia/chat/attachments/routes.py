"""The list of attachments, and the registration of this part."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from metaia.chat.attachments import models, presenters, queries, schemas, service
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.pagination import Page, listing
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.media.uses import registry as subjects

__all__ = ["models", "register"]
blp = Blueprint("chat_attachments", __name__, url_prefix="/api/chat/attachments", description="Chat")


@blp.endpoint("GET", "", query=schemas.AttachmentQuery, returns=schemas.ManyAttachments, limit=READ)
def get_many(query: Json) -> Response:
    """The files of your conversations, newest message first."""

    def page(**options: Any) -> Page:
        return queries.page(current().id, **options)

    return listing("attachments", query, page, presenters.listed)


def register(app: Flask, api: Api) -> None:
    """Register attachments with the application."""
    subjects.SUBJECTS.register(app, service.KIND, service.SUBJECTS)
    api.register_blueprint(blp)
