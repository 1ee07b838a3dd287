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
from metaia.notifications.support import stats

group = AppGroup("campaigns", help="One message to many people.")
LISTED = 100
LOOK = 0.5  # seconds between two looks


@group.command("list")
def list_() -> None:
    """List the newest campaigns."""
    campaigns, _ = queries.page(filters={}, sort="-createdAt", limit=LISTED, cursor=None)
    for each in campaigns:
        total = "?" if each.total is None else each.total
        click.echo(f"{each.id}  {each.status:<9}  {each.recipients:>8} of {total:<8}  {each.name}")


@group.command()
@click.argument("campaign", type=click.UUID)
def watch(campaign: UUID) -> None:
    """Show how a campaign gets on, until it has ended or is paused."""
    _shown(_read(str(campaign)), lambda _: time.sleep(LOOK))


@group.command()
@click.argument("campaign", type=click.UUID)
def run(campaign: UUID) -> None:
    """Start a campaign if it is a draft, and work on it here, beside the workers: they send what is written."""
    found = _read(str(campaign))
    if found.status == DRAFT:
        found = service.act(found.id, "start")
    _shown(found, _work)


def _work(campaign: Campaign) -> None:
    if not sending.advance(campaign.id):
        wait = (campaign.next_at - now()).total_seconds() if campaign.next_at else LOOK
        time.sleep(min(LOOK, max(wait, 0.01)))


def _shown(campaign: Campaign, between: Callable[[Campaign], None]) -> None:
    """Show a bar that grows until nobody is to be told any more; do `between` between two looks."""
    with click.progressbar(length=campaign.total or 1, label=campaign.name, show_pos=True) as bar:
        while True:
            bar.length = max(campaign.total or 1, campaign.recipients)
            bar.update(campaign.recipients - bar.pos)
            if campaign.status not in {SCHEDULED, RUNNING}:
                break
            between(campaign)
            campaign = _read(campaign.id)
    funnel = stats.funnel_of_campaign(campaign.id)
    told = ", ".join(f"{name} {number}" for name, number in funnel.items() if number)
    click.echo(f"{campaign.status}: {told or 'nobody'}")


def _read(campaign_id: str) -> Campaign:
    try:
        return service.read(campaign_id)
    except Problem as problem:
        raise click.ClickException(problem.message) from None
