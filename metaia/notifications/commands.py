"""`flask notifications …`: for operators, and for authors of texts."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from metaia.core.text import languages
from metaia.notifications import retention
from metaia.notifications.content import preview, templates
from metaia.notifications.registry import CHANNELS, NOTIFICATION_TYPES

group = AppGroup("notifications", help="Notifications: previews and retention.")


@group.command("preview")
@click.argument("name", required=False)
@click.option("--locale", default=templates.ENGLISH, show_default=True, help="such as hi or pt-BR")
@click.option("--channel", type=click.Choice(CHANNELS), help="default: all channels of the type")
def show(name: str | None, locale: str, channel: str | None) -> None:
    """Show the messages of the notification type NAME, or of all types."""
    types, locale = NOTIFICATION_TYPES.current(), languages.nearest(locale) or locale
    if name is not None and name not in types:
        raise click.BadParameter(f"unknown type {name}; the types are {', '.join(sorted(types))}")
    with current_app.test_request_context():  # Flask's render_template needs a request
        for type_ in types.values() if name is None else [types[name]]:
            for used in preview.channels(type_):
                if channel in {None, used}:
                    click.secho(f"{type_.name}, {used}, {locale}", bold=True)
                    for part, text in preview.parts(type_, used, locale).items():
                        click.echo(f"{part}: {text}")
                    click.echo()


@group.command("prune")
@click.option("--days", type=click.IntRange(min=1), help="days to keep (default: NOTIFICATION_DAYS)")
def prune(days: int | None) -> None:
    """Delete old notifications and their deliveries, in small batches."""
    deleted, _ = retention.purge(days or current_app.config["NOTIFICATION_DAYS"])
    click.echo(f"deleted {deleted} notifications")
