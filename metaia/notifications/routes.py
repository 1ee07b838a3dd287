"""Routes of a user's own notifications, and the registration of the domain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response
from jinja2 import ChoiceLoader, FileSystemLoader

from metaia.core.access.actor import current
from metaia.core.db import AnyRow
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.jobs import registry as job_registry
from metaia.notifications import commands, events, jobs, presenters, queries, schemas, user_inbox
from metaia.notifications import registry as notification_registry
from metaia.notifications.announcements import routes as announcement_routes
from metaia.notifications.campaigns import commands as campaign_commands
from metaia.notifications.campaigns import events as campaign_events
from metaia.notifications.campaigns import jobs as campaign_jobs
from metaia.notifications.campaigns import queries as campaign_queries
from metaia.notifications.campaigns import routes as campaign_routes
from metaia.notifications.campaigns.notifications import CAMPAIGN, TEST
from metaia.notifications.content import templates
from metaia.notifications.devices import routes as device_routes
from metaia.notifications.preferences import routes as preference_routes
from metaia.notifications.preferences import unsubscribe_routes
from metaia.notifications.previews import routes as preview_routes
from metaia.notifications.registry import TruthCheck
from metaia.notifications.support import routes as support_routes
from metaia.notifications.suppressions import routes as suppression_routes
from metaia.notifications.suppressions.notifications import UNREACHABLE
from metaia.realtime import catalogue

blp = Blueprint("notifications", __name__, url_prefix="/api/notifications", description="Notifications")


@blp.endpoint("GET", "", query=schemas.ListQuery, returns=schemas.Many, limit=READ)
def get_many(query: dict[str, Any]) -> Response:
    """My notifications and the number of unread ones."""
    user_id = current().id

    def unread(rows: Sequence[AnyRow]) -> dict[str, Any]:
        return {"unread": rows[0].unread if rows else queries.count_unread(user_id)}

    return listing(
        "notifications", query, partial(queries.page, user_id), presenters.notification, meta=unread
    )


@blp.endpoint("PUT", "/<id:notification_id>/read", returns=schemas.One, limit=WRITE)
def read(notification_id: str) -> Response:
    """Mark a notification as read."""
    return answer(notification=presenters.notification(user_inbox.mark_read(current(), notification_id)))


@blp.endpoint("PUT", "/<id:notification_id>/click", returns=schemas.One, limit=WRITE)
def click(notification_id: str) -> Response:
    """Mark a notification as clicked: I have opened what it is about. It becomes read, too."""
    return answer(notification=presenters.notification(user_inbox.mark_clicked(current(), notification_id)))


@blp.endpoint("PUT", "/read", body=schemas.ChosenNotifications, returns=schemas.Changed, limit=WRITE)
def read_many(body: dict[str, Any]) -> Response:
    """Mark some notifications as read."""
    return answer(changed=user_inbox.mark_many_read(current(), body["ids"]))


@blp.endpoint("PUT", "/read-all", returns=schemas.Changed, limit=WRITE)
def read_all() -> Response:
    """Mark all notifications as read."""
    return answer(changed=user_inbox.mark_many_read(current()))


@blp.endpoint("DELETE", "/<id:notification_id>", returns=schemas.Deleted, limit=WRITE)
def remove(notification_id: str) -> Response:
    """Delete a notification."""
    user_inbox.delete(current(), notification_id)
    return answer()


@blp.endpoint("POST", "/delete", body=schemas.ChosenNotifications, returns=schemas.ManyDeleted, limit=WRITE)
def remove_many(body: dict[str, Any]) -> Response:
    """Delete some notifications."""
    return answer(deleted=user_inbox.delete_many(current(), body["ids"]))


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    here = FileSystemLoader(Path(__file__).parent / "templates")
    app.jinja_loader = ChoiceLoader([loader for loader in (app.jinja_loader, here) if loader])
    templates.register(app, Path(__file__).parent / "templates")
    catalogue.register(app, *events.EVENTS, *campaign_events.EVENTS)
    notification_registry.register(app, CAMPAIGN, TEST, UNREACHABLE)
    notification_registry.TRUTH_CHECKS.register(
        app, str(CAMPAIGN.still_true), TruthCheck(campaign_queries.still_wanted, "campaign")
    )
    for module in (jobs, campaign_jobs):
        job_registry.register(app, module)
    for blueprint in (blp, preference_routes.blp, device_routes.blp, unsubscribe_routes.blp):
        api.register_blueprint(blueprint)
    for blueprint in (
        suppression_routes.blp,
        support_routes.blp,
        preview_routes.blp,
        suppression_routes.staff,
        campaign_routes.blp,
    ):
        api.register_blueprint(blueprint)
    announcement_routes.register(app, api)
    for group in (commands.group, campaign_commands.group):
        app.cli.add_command(group)
