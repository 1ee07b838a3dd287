"""`flask bookings check`: whether blocks, seats, reminders and money of bookings agree, for operators."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from metaia.bookings.checking import service

group = AppGroup("bookings", help="Bookings: whether their rows agree.")


@group.command("check")
@click.option("--partner", "partner_id", type=click.UUID, help="check the bookings of this partner only")
def check(partner_id: object) -> None:
    """Check blocks, seats, reminders and money of bookings; exit code 1 if some of them disagree."""
    count = 0
    for kind in service.KINDS:
        for each in service.check(kind, str(partner_id) if partner_id else None):
            click.echo(f"{each.rule}: {each.subject}: expected {each.expected}, found {each.found}")
            count += 1
    click.echo(f"{len(service.KINDS)} kinds, {count} findings")
    if count:
        raise SystemExit(1)


def register(app: Flask) -> None:
    """Register the command with the application."""
    app.cli.add_command(group)
