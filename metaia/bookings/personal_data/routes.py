"""Registration of what the export and the deletion of an account do in bookings."""

from __future__ import annotations

from flask import Flask

from metaia.auth.account import erasure, export
from metaia.bookings.personal_data import jobs, privacy
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register these hooks with the application."""
    job_registry.register(app, jobs)
    erasure.ERASERS.register(app, "bookings", privacy.request_erasure)
    export.EXPORTS.register(app, "bookings", privacy.pages)
