"""Users have no routes of their own: people reach themselves through `/api/auth/me`."""

from __future__ import annotations

from typing import Any

from flask import Flask

import metaia.users.models  # noqa: F401 - so that migrations see the table


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
