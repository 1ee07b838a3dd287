"""Registration of shops."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.shops import models  # noqa: F401 # their tables


def register(app: Flask, api: Any) -> None:  # features follow
    """Register this domain with the application."""
