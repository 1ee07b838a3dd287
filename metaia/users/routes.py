"""Registration of this domain. It has no routes: users reach their own account under `/api/auth` (metaia/auth)."""

from __future__ import annotations

from typing import Any

from flask import Flask

import metaia.users.models  # noqa: F401 - so that migrations see the table


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application: there is nothing to register."""
