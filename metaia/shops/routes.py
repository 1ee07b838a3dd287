"""Registration of shops."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.shops import models, service  # noqa: F401 # tables and error codes


def register(app: Flask, api: Any) -> None:  # features follow
    """Register this domain with the application."""
