"""`flask campaigns …`: for operators."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

import click
from flask.cli import AppGroup

from metaia.core.errors import Problem
from metaia.core.times import now
from metaia.notifications.campaigns import queries, sending, service
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.campaigns.state import DRAFT, RUNNING, SCHEDULED
from metaia.notifications.delivery import stats

group = AppGroup("campaigns", help="Campaigns: list, watch and run them.")
MAX_LISTED = 100
POLL_SECONDS = 0.5


@group.command("list")
def list_() -> None:
    """List the newest campaigns."""
    campaigns, _ = queries.page(filters={}, sort="-createdAt", limit=MAX_LISTED, cursor=None)
    for each in campaigns:
        total = "?" if each.total is None else each.total
        click.echo(f"{each.id}  {each.status:<9}  {each.recipients:>8} of {total:<8}  {each.name}")


@group.command()
@click.argument("campaign", type=click.UUID)
def watch(campaign: UUID) -> None:
    """Show the progress of a campaign until it has ended or is paused."""
    _show_progress(_read(str(campaign)), lambda _: time.sleep(POLL_SECONDS))


@group.command()
@click.argument("campaign", type=click.UUID)
def run(campaign: UUID) -> None:
    """Start a campaign if it is a draft, and run its batches in this process. Workers send the notifications."""
    found = _read(str(campaign))
    if found.status == DRAFT:
        found = service.act(found.id, "start")
    _show_progress(found, _run_batch)


def _run_batch(campaign: Campaign) -> None:
    if not sending.advance(campaign.id):
        wait = (campaign.next_at - now()).total_seconds() if campaign.next_at else POLL_SECONDS
        time.sleep(min(POLL_SECONDS, max(wait, 0.01)))


def _show_progress(campaign: Campaign, step: Callable[[Campaign], None]) -> None:
    """Show a progress bar, and call `step` between two updates, until the campaign has ended or is paused."""
    with click.progressbar(length=campaign.total or 1, label=campaign.name, show_pos=True) as bar:
        while True:
            bar.length = max(campaign.total or 1, campaign.recipients)
            bar.update(campaign.recipients - bar.pos)
            if campaign.status not in {SCHEDULED, RUNNING}:
                break
            step(campaign)
            campaign = _read(campaign.id)
    funnel = stats.funnel_of_campaign(campaign.id)
    numbers = ", ".join(f"{name} {number}" for name, number in funnel.items() if number)
    click.echo(f"{campaign.status}: {numbers or 'no recipients'}")


def _read(campaign_id: str) -> Campaign:
    try:
        return service.read(campaign_id)
    except Problem as problem:
        raise click.ClickException(problem.message) from None
