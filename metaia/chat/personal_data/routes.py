"""Registration of what the export and the deletion of an account do in chat."""

from __future__ import annotations

from flask import Flask

from metaia.auth.account import erasure, export
from metaia.chat.personal_data import jobs, privacy
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry

EXPORTS = {
    "chatMessages": privacy.messages,
    "chatReactions": privacy.reactions,
    "chatSettings": privacy.settings,
    "chatBlocks": privacy.blocks,
    "chatReports": privacy.reports,
}


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register these hooks with the application."""
    job_registry.register(app, jobs)
    erasure.ERASERS.register(app, "chat", privacy.request_erasure)
    for name, part in EXPORTS.items():
        export.EXPORTS.register(app, name, part)
