"""`flask check-counters`: whether counters are what a new count of their rows gives, for operators."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from metaia.shops.counters import service


@click.command("check-counters")
@with_appcontext
def check_counters() -> None:
    """Check totals of ratings and followers, and uses of coupons; exit code 1 if one is wrong."""
    findings = service.check()
    for each in findings:
        click.echo(f"{each.rule}: {each.subject}: expected {each.expected}, found {each.found}")
    click.echo(f"{len(service.COUNTERS.current())} counters, {len(findings)} findings")
    if findings:
        raise SystemExit(1)


def register(app: Flask) -> None:
    """Register the command with the application."""
    app.cli.add_command(check_counters)
