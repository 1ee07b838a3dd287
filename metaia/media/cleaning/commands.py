"""`flask media …`: comparison with the store and recount of usage, for operators."""

from __future__ import annotations

from collections import Counter

import click
from flask.cli import AppGroup

from metaia.media.cleaning import reconcile as reconciling
from metaia.media.cleaning import report
from metaia.media.cleaning.queries import FIRST
from metaia.media.cleaning.reconcile import Found
from metaia.media.quotas import queries as quota_queries
from metaia.media.quotas import service as quota_service

BATCH = 200
group = AppGroup("media", help="Files: comparison with the store, and recount of usage.")


@group.command("reconcile")
def reconcile() -> None:
    """Put objects of the store that no row knows into the trash, and report files that are missing in it."""
    total = Found()
    with click.progressbar(reconciling.parts(), label="comparing") as parts:
        for part in parts:
            total += reconciling.compare(part)
    report.reconciled(total)
    click.echo(f"{total.listed} objects, {total.unknown} unknown (in the trash now), {total.missing} missing")
    if total.missing:
        raise SystemExit(1)


@group.command("usage")
@click.option("--recount", is_flag=True, help="correct the counts by the files that are stored")
def usage(*, recount: bool) -> None:
    """Compare the counts of all users with the files that they store."""
    totals, after = Counter[str](), FIRST
    while ids := quota_queries.user_ids(after, BATCH):
        for user_id in ids:
            wrong = quota_service.recount(user_id) if recount else _difference(user_id)
            totals["wrong"] += any(wrong)
            if any(wrong):
                click.echo(f"{user_id}: {wrong[0]:+} bytes, {wrong[1]:+} files")
        totals["users"] += len(ids)
        click.echo(f"{totals['users']} users", err=True)
        after = ids[-1]
    done = "corrected" if recount else "wrong (see --recount)"
    click.echo(f"{totals['users']} users, {totals['wrong']} {done}")


def _difference(user_id: str) -> tuple[int, int]:
    """Return by how many bytes and files the counts of a user are too high, without correcting them."""
    counted, stored = quota_queries.lock(user_id) or (0, 0), quota_queries.stored(user_id)
    return counted[0] - stored[0], counted[1] - stored[1]
