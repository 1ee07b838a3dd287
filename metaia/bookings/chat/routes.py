"""Registration of bookings with chat, which knows no bookings."""

from __future__ import annotations

from flask import Flask

from metaia.bookings.chat import service
from metaia.chat import contexts
from metaia.core.openapi.document import Api


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - it has no routes
    """Register what chat asks about bookings."""
    contexts.CONTEXTS.register(app, contexts.BOOKING, service.CONTEXT)
