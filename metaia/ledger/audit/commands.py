"""`flask audit-money`: check that the books are right."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from metaia.core import db
from metaia.ledger.audit import registry, service


@click.command("audit-money")
@click.option("--full", is_flag=True, help="check everything, not only what was booked in the last two hours")
@with_appcontext
def audit_money(*, full: bool) -> None:
    """Check the rules of the ledger and of the domains above it; exit code 1 if one is broken."""
    with db.transaction():
        run_id = service.create(full=full, cause="command")
    names = list(registry.RULES.current())
    with click.progressbar(names, label="checking", item_show_func=str) as rules:
        findings = service.perform(run_id, full=full, rules=rules)
    for finding in findings:
        click.echo(f"{finding.rule}: {finding.subject}: expected {finding.expected}, found {finding.found}")
    click.echo(f"{len(names)} rules, {len(findings)} findings")
    if findings:
        raise SystemExit(1)
