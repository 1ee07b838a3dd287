"""Routes of media."""

from __future__ import annotations

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.media import models

__all__ = ["models", "register"]


def register(app: Flask, api: Api) -> None:
    """Add media to the application."""
