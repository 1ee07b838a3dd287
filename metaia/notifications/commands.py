"""`flask notifications …`: for operators, and for those who write the words."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from metaia.notifications import retention
from metaia.notifications.content import preview, templates
from metaia.notifications.registry import CHANNELS, NOTICES

group = AppGroup("notifications", help="What people are told.")


@group.command("preview")
@click.argument("name", required=False)
@click.option("--locale", default=templates.ENGLISH, show_default=True, help="such as hi or pt-BR")
@click.option("--channel", type=click.Choice(CHANNELS), help="default: all that it goes out on")
def show(name: str | None, locale: str, channel: str | None) -> None:
    """Show what a notification looks like; without NAME, all of them."""
    if name is not None and name not in NOTICES:
        raise click.BadParameter(f"there is no {name}; there are {', '.join(sorted(NOTICES))}")
    with current_app.test_request_context():  # the layout of mails is a page's
        for notice in NOTICES.values() if name is None else [NOTICES[name]]:
            for used in preview.channels(notice):
                if channel in {None, used}:
                    click.secho(f"{notice.name}, {used}, {locale}", bold=True)
                    for part, text in preview.shown(notice, used, locale).items():
                        click.echo(f"{part}: {text}")
                    click.echo()


@group.command("prune")
@click.option("--days", type=click.IntRange(min=1), help="days to keep (default: NOTIFICATION_DAYS)")
def prune(days: int | None) -> None:
    """Delete old notifications and their deliveries, in small batches."""
    gone, _ = retention.prune(days or current_app.config["NOTIFICATION_DAYS"])
    click.echo(f"deleted {gone} notifications")
