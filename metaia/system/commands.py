"""Commands for operators and developers: settings, the log, the relay, jobs of other releases, the API documents."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import click
import gevent
from flask import Flask, current_app

from metaia.admin.cli_actor import cli_actor
from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.json import Json
from metaia.core.observing import reporters
from metaia.core.redis import refuse_cluster
from metaia.core.times import rfc3339
from metaia.jobs import unknown as unknown_jobs
from metaia.realtime import runtime
from metaia.realtime.asyncapi import document as asyncapi
from metaia.realtime.log import store as log_store
from metaia.settings import SETTINGS
from metaia.settings.environment import ConfigurationError

DOCUMENT_HOST = "127.0.0.1:5000"  # fixed: the files must not depend on PUBLIC_BASE_URL


@click.command("settings")
def settings() -> None:
    """List all settings with their defaults and meanings."""
    for setting in SETTINGS:
        click.echo(f"{setting.name:24} {setting.default or '-':22} {setting.meaning}")


@click.command("relay")
def relay() -> None:
    """Relay events and enqueue jobs in this process (with RELAY_IN_WEB=false in the web processes)."""
    try:
        refuse_cluster(current_app.config["REDIS_URL"])
    except ConfigurationError as error:
        raise click.ClickException(f"METAIA does not start: {error}") from None
    app, serving = current_app._get_current_object(), runtime.current()  # type: ignore[attr-defined]
    gevent.signal_handler(signal.SIGTERM, serving.stop)
    try:
        serving.serve_relay()
    finally:
        reporters.report_all(app)


@click.command("prune-log")
@click.option("--days", type=int, help="days to keep (default: LOG_DAYS)")
def prune(days: int | None) -> None:
    """Drop the days of the event log from which clients cannot resume any more."""
    with db.transaction():
        dropped = log_store.prune(current_app.config["LOG_DAYS"] if days is None else days)
    click.echo(f"dropped {len(dropped)} days")


@click.command("unknown-jobs")
@click.option("--release", "name", help="queue the quarantined jobs of this name again")
def unknown(name: str | None) -> None:
    """List the jobs that this release does not know, waiting or in quarantine; or release some."""
    if name is not None:
        click.echo(f"released {_release(name)} jobs")
        return
    for found in unknown_jobs.listed():
        state = "quarantined" if found.quarantined else "waiting"
        click.echo(f"{found.count:6} {state:12} since {rfc3339(found.oldest)}  {found.name}")


@click.command("documents")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="a folder")
def documents(out: Path) -> None:
    """Write openapi.json and asyncapi.json. Needs neither PostgreSQL nor Redis; the same code writes the same bytes."""
    out.mkdir(parents=True, exist_ok=True)
    for name, text in canonical_documents(current_app).items():
        (out / name).write_text(text)


def canonical_documents(app: Flask) -> dict[str, str]:
    """Return the texts of both API documents by file name, with sorted keys and a fixed host."""
    events = asyncapi.document(app)
    for server in events["servers"].values():
        server |= {"host": DOCUMENT_HOST, "protocol": "ws"}
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]  # `current_api` needs a request
    return {"openapi.json": _text(api.spec.to_dict()), "asyncapi.json": _text(events)}


def _text(document: Json) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def _release(name: str) -> int:
    operator = cli_actor()
    with db.transaction():
        count = unknown_jobs.release(name)
        audit_log.record(
            "jobs.released", subject=f"job-{name}", after={"count": count}, user=(operator.id, operator.role)
        )
    return count


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (settings, relay, prune, unknown, documents):
        app.cli.add_command(command)
