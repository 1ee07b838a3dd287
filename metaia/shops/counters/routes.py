"""Registration of the check of counters: its command and its job."""

from __future__ import annotations

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.shops.counters import commands, jobs


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register the check with the application."""
    job_registry.register(app, jobs)
    commands.register(app)
