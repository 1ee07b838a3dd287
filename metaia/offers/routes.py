"""Registration of offers."""

from __future__ import annotations

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.offers import models

__all__ = ["models", "register"]


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
