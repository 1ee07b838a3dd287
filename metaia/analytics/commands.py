"""`flask analytics rebuild` and `flask analytics verify`."""

from __future__ import annotations

from datetime import date

import click
from flask.cli import AppGroup

from metaia.analytics.checking import service as checking
from metaia.analytics.rebuilding import service as rebuilding

group = AppGroup("analytics", help="Derived tables of figures.")


@group.command("rebuild")
def rebuild() -> None:
    """Make all figures again from the tables of the domains. Answers come from the old tables until then."""
    with click.progressbar(length=1, label="rebuilding") as bar:

        def show(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        count = rebuilding.rebuild(show)
    click.echo(f"rebuilt from {count} objects")


@group.command("verify")
@click.option(
    "--day", "days", multiple=True, type=click.DateTime(["%Y-%m-%d"]), help="a day; may be repeated"
)
def verify(days: tuple[object, ...]) -> None:
    """Compare days with what they are made from (default: yesterday and one more); exit code 1 if they differ."""
    wanted = [date.fromisoformat(str(day)[:10]) for day in days] or checking.days()
    findings = checking.verify(wanted, lambda day: click.echo(f"verifying {day}"))
    for rule, subject, expected, found in findings:
        click.echo(f"{rule}: {subject}: expected {expected}, found {found}")
    click.echo(f"{len(wanted)} days, {len(findings)} findings")
    if findings:
        raise SystemExit(1)
