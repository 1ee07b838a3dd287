"""Routes of health and documentation, and the registration of the domain."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app
from flask_smorest.globals import current_api
from marshmallow import fields

from metaia.core import json
from metaia.core.errors import Unavailable, declare
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED, built_once
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer, envelope
from metaia.core.openapi import postman
from metaia.jobs import registry as job_registry
from metaia.system import commands, health, jobs, metrics, pages

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


@blp.endpoint("GET", "/health/live", returns=Live, limit=READ, access=PUBLIC)
def live() -> Response:
    """Whether this process answers."""
    return answer()


@blp.endpoint("GET", "/health/ready", returns=Ready, limit=READ, access=PUBLIC, fails=(Unavailable,))
def ready() -> Response:
    """Whether PostgreSQL, Redis and the relay answer, too."""
    checks = health.checks()
    if any(state != "ok" for state in checks.values()):
        if checks["release"] != "ok":
            raise Unavailable("Not ready.", code="older_than_log", details=checks, retry_after=2)
        if checks["process"] == "draining":
            raise Unavailable("Not ready.", code="draining", details=checks, retry_after=2)
        raise Unavailable("Not ready.", code="not_ready", details=checks, retry_after=2)
    return answer(checks=checks)


@documents.endpoint(
    "GET", "/postman.json", returns={"type": "object"}, also_returns=UNCHANGED, limit=READ, access=PUBLIC
)
@built_once
def get_postman() -> Response:
    """The Postman 2.1 collection of all routes."""
    found = postman.collection(current_api.spec.to_dict(), current_app.config["PUBLIC_BASE_URL"])
    return Response(json.dumps(found), mimetype="application/json")


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    job_registry.register(app, jobs)
    for blueprint in (blp, documents, pages.api, pages.pages, metrics.admin, metrics.prometheus):
        api.register_blueprint(blueprint)
    app.register_blueprint(pages.documentation())
    app.view_functions[OPENAPI] = built_once(app.view_functions[OPENAPI])
    commands.register(app)
