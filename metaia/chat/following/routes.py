"""Registration of the job that follows files."""

from __future__ import annotations

from flask import Flask

from metaia.chat.following import jobs
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register the job with the application."""
    job_registry.register(app, jobs)
