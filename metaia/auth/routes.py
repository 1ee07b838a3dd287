"""Registration of this domain with the application."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from metaia.auth import events, jobs
from metaia.auth.account import export, pages
from metaia.auth.account import routes as account_routes
from metaia.auth.avatar import service as avatar_service
from metaia.auth.login import routes as login_routes
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.notifications import NOTIFICATION_TYPES, USABLE_LINK
from metaia.auth.second_factor import routes as second_factor_routes
from metaia.auth.sessions import revoked
from metaia.auth.sessions import routes as session_routes
from metaia.auth.sessions import service as session_service
from metaia.core.access import actor as actors
from metaia.jobs import registry as job_registry
from metaia.media.uses import registry as media_subjects
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.realtime import catalogue, runtime
from metaia.realtime.clients import connections


def _session_ended(payload: dict[str, Any]) -> None:
    """Revoke the tokens of a session that another process may have ended, and close its connections here."""
    ended = payload["sessionId"]
    revoked.add(ended)
    connections.end_where(lambda actor: actor.session_id == ended, "session_ended")


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    runtime.of(app).feed.subscribe("session.ended", _session_ended)
    runtime.of(app).at_start(session_service.load_revoked)
    actors.session_checks.register(app, "auth", revoked.has)
    actors.open_sessions.register(app, "auth", revoked.open_roles)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    notification_registry.TRUTH_CHECKS.register(
        app, USABLE_LINK, notification_registry.TruthCheck(mailed_links.still_usable)
    )
    templates.register(app, Path(__file__).parent / "templates")
    media_subjects.SUBJECTS.register(app, avatar_service.KIND, avatar_service.SUBJECTS)
    for name, part in export.PARTS.items():
        export.EXPORTS.register(app, name, part)
    for purpose in email_tokens.MINUTES:
        notification_registry.LINK_BUILDERS.register(app, purpose, partial(mailed_links.url, purpose))
    for blueprint in (
        login_routes.blp,
        session_routes.blp,
        second_factor_routes.blp,
        account_routes.blp,
        pages.blp,
    ):
        api.register_blueprint(blueprint)
