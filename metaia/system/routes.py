"""Routes of health and documentation, and the registration of the domain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app
from flask_smorest.globals import current_api
from marshmallow import fields

from metaia.core import json
from metaia.core.access import secret_keys
from metaia.core.errors import Unavailable, declare
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED, built_once
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer, envelope
from metaia.core.observing import exceptions, reporters
from metaia.core.observing.reporters import Reporter
from metaia.core.openapi import postman
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.realtime import runtime
from metaia.system import commands, health, jobs, metrics, pages
from metaia.system.errors import routes as error_routes
from metaia.system.event_log import routes as event_log_routes
from metaia.system.performance import routes as performance_routes
from metaia.system.releases import release
from metaia.system.releases import routes as release_routes
from metaia.system.statistics import routes as statistics_routes

blp = Blueprint("system", __name__, url_prefix="/api/system", description="Health")
OPENAPI = "api-docs.openapi_json"  # flask-smorest's view
documents = Blueprint("documents", __name__, url_prefix="/api", description="Documentation")
declare(
    {
        "not_ready": "A part that this process needs does not answer; `details` names it.",
        "older_than_log": "The log has events of a newer release: this process must be replaced.",
    }
)
Live = envelope("Alive")
Ready = envelope(
    "ReadyToServe", checks=fields.Dict(keys=fields.String(), values=fields.String(), required=True)
)


Health = envelope(
    "Health",
    live=fields.Boolean(required=True),
    checks=fields.Dict(keys=fields.String(), values=fields.String(), required=True),
)


@blp.endpoint("GET", "/health", returns=Health, limit=READ, access=PUBLIC, fails=(Unavailable,))
def get_health() -> Response:
    """Whether this process answers (`live`) and is ready, with each check; 503 like `/health/ready`."""
    return answer(live=True, checks=_require_ready())


@blp.endpoint("GET", "/health/live", returns=Live, limit=READ, access=PUBLIC)
def live() -> Response:
    """Whether this process answers."""
    return answer()


@blp.endpoint("GET", "/health/ready", returns=Ready, limit=READ, access=PUBLIC, fails=(Unavailable,))
def ready() -> Response:
    """Whether PostgreSQL, Redis and the relay answer, too."""
    return answer(checks=_require_ready())


def _require_ready() -> dict[str, str]:
    """Return the checks. Raises Unavailable."""
    checks = health.checks()
    if any(state != "ok" for state in checks.values()):
        if checks["release"] != "ok":
            raise Unavailable("Not ready.", code="older_than_log", details=checks, retry_after=2)
        if checks["process"] == "draining":
            raise Unavailable("Not ready.", code="draining", details=checks, retry_after=2)
        raise Unavailable("Not ready.", code="not_ready", details=checks, retry_after=2)
    return checks


@documents.endpoint(
    "GET", "/postman.json", returns={"type": "object"}, also_returns=UNCHANGED, limit=READ, access=PUBLIC
)
@built_once
def get_postman() -> Response:
    """The Postman 2.1 collection of all routes."""
    found = postman.collection(current_api.spec.to_dict(), current_app.config["PUBLIC_BASE_URL"])
    return Response(json.dumps(found), mimetype="application/json")


BLUEPRINTS = (
    blp, documents, pages.api, pages.pages, metrics.admin, metrics.prometheus, release_routes.blp, error_routes.blp,
    performance_routes.blp, statistics_routes.blp, event_log_routes.blp, event_log_routes.admin,
)  # fmt: skip


def _observe(app: Flask) -> None:
    """Let each process report its exceptions, its durations and the growth of the log."""
    release.init_app(app)
    with app.app_context():
        exceptions.use_key(secret_keys.current_key())
    performance_routes.service.init()
    performance_routes.vendors.init_app(app)
    statistics = statistics_routes.init_app(app)
    for name, reporter in (
        ("errors", Reporter(error_routes.service.report, 10.0)),
        ("performance", Reporter(performance_routes.service.report, 60.0)),
        ("log growth", Reporter(statistics.sample, 10.0)),
    ):
        runtime.of(app).add_loop(reporters.register(app, name, reporter))


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    for module in (jobs, error_routes.jobs, performance_routes.jobs):
        job_registry.register(app, module)
    notification_registry.register(app, *error_routes.NOTIFICATION_TYPES)
    templates.register(app, Path(error_routes.__file__).parent / "templates")
    _observe(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(pages.documentation())
    app.view_functions[OPENAPI] = built_once(app.view_functions[OPENAPI])
    commands.register(app)
