"""RQ jobs of the ledger. They find their work in the tables, so a lost job loses nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.ledger.errors import HoldEnded
from metaia.ledger.holds import queries as hold_queries
from metaia.ledger.holds import service as hold_service

DAY = 86_400
LONG_TAIL = 200  # changes: reading a balance adds them up
BATCH = 100  # accounts or holds that one step looks for
MOST_FOLDED = 10_000  # changes of one account, in one transaction
RECENT = timedelta(days=1)
_FOLD = text("SELECT ledger_fold(CAST(:account AS uuid), :most)")
_LONG_TAILS = text(
    "SELECT account_id FROM ledger_tails GROUP BY account_id HAVING count(*) >= :least"
    " ORDER BY count(*) DESC LIMIT :limit"
)


@job(every=10, timeout=120)
def fold() -> int:
    """Fold the tails of accounts with many changes; return how many changes."""
    return loop.work_off(lambda: fold_tails(LONG_TAIL))


@job(every=DAY, timeout=600)
def fold_all() -> int:
    """Fold the tails of all accounts, so that accounts with few changes do not fill the table."""
    return loop.work_off(lambda: fold_tails(1), seconds=300)


@job(every=30, timeout=120)
def lapse() -> int:
    """End the holds that are due to end; return how many."""
    return loop.work_off(lambda: lapse_holds(RECENT))


@job(every=DAY, timeout=600)
def lapse_all() -> int:
    """End the holds that lapsed long ago, while no worker ran; return how many."""
    return loop.work_off(lambda: lapse_holds(timedelta(days=36_500)))


def fold_tails(least: int) -> int:
    """Fold the longest tails of at least `least` changes, each in its own transaction; return how many changes.

    An account with a row-locked balance is skipped: folding delays no payment.
    """
    folded = 0
    for (account_id,) in db.fetch_all(_LONG_TAILS, {"least": least, "limit": BATCH}):
        with db.transaction():
            folded += int(db.execute(_FOLD, {"account": account_id, "most": MOST_FOLDED}).scalar_one())
    return folded


def lapse_holds(within: timedelta) -> int:
    """End the open holds that were to end within this time before now, each in its own transaction."""
    moment, lapsed = now(), 0
    for hold_id in hold_queries.lapsed(moment - within, moment, BATCH):
        try:
            with db.transaction():
                lapsed += hold_service.release(hold_id, lapsed=True)
        except HoldEnded:  # a posting was faster
            continue
    return lapsed
