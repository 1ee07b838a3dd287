"""The providers that this installation has credentials for, in the order in which they are preferred."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from metaia.providers.choice import Choice
from metaia.providers.email import Smtp
from metaia.providers.port import Provider

EXTENSION = "metaia.providers"


def choice(app: Flask) -> Choice:
    """Return the providers of `app`, the same ones each time: they keep connections and breakers."""
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = Choice(_configured(app))
    found: Choice = app.extensions[EXTENSION]
    return found


def _configured(app: Flask) -> Iterator[Provider]:
    config = app.config
    if config["SMTP_URL"]:
        yield Smtp(config["SMTP_URL"])
