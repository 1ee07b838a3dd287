"""Registers the ledger. It has no routes: `metaia/finance` shows it to staff."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.jobs import registry as job_registry
from metaia.ledger import jobs, models
from metaia.ledger.audit import commands, rules
from metaia.ledger.audit import jobs as audit_jobs

__all__ = ["models", "register"]


def register(app: Flask, _: Any) -> None:
    """Register this domain with the application."""
    rules.register(app)
    job_registry.register(app, jobs)
    job_registry.register(app, audit_jobs)
    app.cli.add_command(commands.audit_money)
