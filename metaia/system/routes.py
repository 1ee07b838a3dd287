"""Routes of health and documentation, commands for operators, and the registration of the domain."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask, Response, current_app
from flask_smorest.globals import current_api
from flask_swagger_ui import get_swaggerui_blueprint
from marshmallow import fields

from metaia.core import db, json
from metaia.core.errors import Unavailable, declare
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.edge.security_headers import as_page
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer, envelope
from metaia.core.openapi import postman
from metaia.jobs import registry as job_registry
from metaia.realtime import runtime
from metaia.realtime.log import store as log_store
from metaia.settings import SETTINGS
from metaia.system import health, jobs, metrics

blp = Blueprint("system", __name__, url_prefix="/api/system", description="Health")
documents = Blueprint("documents", __name__, url_prefix="/api", description="Documentation")
declare({"not_ready": "A part that this process needs does not answer; `details` names it."})
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
        raise Unavailable("Not ready.", code="not_ready", details=checks, retry_after=2)
    return answer(checks=checks)


@documents.endpoint("GET", "/postman.json", returns={"type": "object"}, limit=READ, access=PUBLIC)
def get_postman() -> Response:
    """The Postman 2.1 collection of all routes."""
    found = postman.collection(current_api.spec.to_dict(), current_app.config["PUBLIC_BASE_URL"])
    return Response(json.dumps(found), mimetype="application/json")


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    job_registry.register(app, jobs)
    for blueprint in (blp, documents, metrics.admin, metrics.prometheus):
        api.register_blueprint(blueprint)
    config = {"app_name": "METAIA", "layout": "BaseLayout", "validatorUrl": None}  # no external validator
    pages = get_swaggerui_blueprint("/api-docs", "/api/openapi.json", config=config)
    pages.after_request(as_page)
    app.register_blueprint(pages)
    app.cli.add_command(_settings)
    app.cli.add_command(_prune)
    app.cli.add_command(_relay)


@click.command("settings")
def _settings() -> None:
    """List all settings with their defaults and meanings."""
    for setting in SETTINGS:
        click.echo(f"{setting.name:24} {setting.default or '-':22} {setting.meaning}")


@click.command("relay")
def _relay() -> None:
    """Relay events and enqueue jobs in this process (with RELAY_IN_WEB=false in the web processes)."""
    runtime.current().serve_relay()


@click.command("prune-log")
@click.option("--days", type=int, help="days to keep (default: LOG_DAYS)")
def _prune(days: int | None) -> None:
    """Drop the days of the event log from which clients cannot resume any more."""
    with db.transaction():
        dropped = log_store.prune(current_app.config["LOG_DAYS"] if days is None else days)
    click.echo(f"dropped {len(dropped)} days")
