"""Routes of one's notifications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response
from jinja2 import ChoiceLoader, FileSystemLoader

import metaia.notifications.jobs  # noqa: F401 - registers itself
from metaia.core.actor import current
from metaia.core.http import READ, WRITE, Blueprint, answer, rated
from metaia.notifications import events, queries, schemas, service, wording
from metaia.realtime import catalogue

blp = Blueprint("notifications", __name__, url_prefix="/api/notifications", description="Notifications")


@blp.route("")
@blp.arguments(schemas.ListQuery, location="query")
@blp.response(200, schemas.Many)
@rated(READ)
def get_many(query: dict[str, Any]) -> Response:
    """My notifications, and how many I have not read."""
    page = {name: query.pop(name) for name in ("sort", "limit", "cursor")}
    rows, following = queries.page(current().id, filters=query, **page)
    meta = {"next_cursor": following, "unread": queries.unread(current().id)}
    return answer(notifications=[schemas.present(row) for row in rows], meta=meta)


@blp.route("/<id:notification_id>/read", methods=["PUT"])
@blp.response(200, schemas.One)
@rated(WRITE)
def read(notification_id: str) -> Response:
    """Mark one as read."""
    return answer(notification=schemas.present(service.read(current(), notification_id)))


@blp.route("/read-all", methods=["PUT"])
@blp.response(200, schemas.Changed)
@rated(WRITE)
def read_all() -> Response:
    """Mark all as read."""
    return answer(changed=service.read_all(current()))


@blp.route("/<id:notification_id>", methods=["DELETE"])
@blp.response(200, schemas.Deleted)
@rated(WRITE)
def remove(notification_id: str) -> Response:
    """Delete one."""
    service.remove(current(), notification_id)
    return answer()


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    here = FileSystemLoader(Path(__file__).parent / "templates")
    app.jinja_loader = ChoiceLoader([loader for loader in (app.jinja_loader, here) if loader])
    wording.add(Path(__file__).parent / "words")
    catalogue.declare(*events.EVENTS)
    api.register_blueprint(blp)
