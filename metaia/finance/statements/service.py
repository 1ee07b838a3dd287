"""Statements: read at any time, issued once. A preliminary statement follows from the ledger as it is now."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.errors import NotFound
from metaia.core.times import now
from metaia.finance import days
from metaia.finance.statements import policy, queries
from metaia.finance.statements.models import StatementPeriodRow, StatementRow
from metaia.finance.statements.notifications import READY
from metaia.finance.statements.policy import Period
from metaia.finance.statements.queries import Statement
from metaia.finance.transactions import lines
from metaia.finance.transactions import queries as transaction_queries
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries


def read(owner_id: str, currency: str, name: str) -> Statement:
    """Return a statement of a month. Raises NotFound for a month that has not begun, or for what is no month."""
    period = policy.parse(name)
    if period is None or days.start(period.first_day) > now():
        raise NotFound("There is no statement of such a month.")
    issued = queries.get(owner_id, currency, name)
    return issued or compute(owner_id, currency, period)


def compute(owner_id: str, currency: str, period: Period) -> Statement:
    """Return the statement of a month by the ledger. It begins where the one before ends."""
    before = queries.before(owner_id, currency, str(period))
    start, end = days.start(period.first_day), days.start(period.next.first_day)
    opening, held = 0, lines.holdings(owner_id, currency)
    if before is not None:
        opening, start = before.closing, max(start, before.ends_at)
    if before is None or before.ends_at < start:
        earlier = lines.balances(held, since=before.ends_at if before else None, until=start)
        opening += earlier.get(currency, 0)
    found = transaction_queries.by_type(held, {"since": start, "until": end, "currency": currency})
    number, change = sum(row.number for row in found), sum(row.net for row in found)
    zone = str(days.zone())
    return Statement(
        owner_id, currency, str(period), zone, start, end, opening, opening + change, number, issued_at=None
    )


def months_to_issue() -> list[Period]:
    """Return the months of which statements are due to be issued, the earliest first."""
    last = queries.last_finished()
    current = policy.of(days.of(now() - policy.ISSUED_AFTER))
    return policy.to_issue(policy.parse(last) if last else None, current)


def issue_month(period: Period) -> int:
    """Issue all statements of a month that has ended, each in its own transaction; return how many are new."""
    start, end = days.start(period.first_day), days.start(period.next.first_day)
    issued = sum(issue(*each, period) for each in sorted(queries.owners(start, end)))
    with db.transaction():
        row = insert(StatementPeriodRow).values(period=str(period), finished_at=now())
        db.execute(row.on_conflict_do_nothing())
    return issued


def issue(owner_id: str, currency: str, period: Period) -> bool:
    """Issue one statement and notify its owner; return False if there is nothing to issue or it is issued already."""
    with db.transaction():
        made = compute(owner_id, currency, period)
        if made.lines == 0:
            return False
        row = insert(StatementRow).values(asdict(made) | {"issued_at": now()})
        if db.execute(row.on_conflict_do_nothing().returning(StatementRow.period)).first() is None:
            return False
        person = user_queries.by_id(owner_id)
        if person is not None and person.active:
            data = {"period": made.period, "currency": currency}
            notification_service.notify(owner_id, READY, data, subject=f"statement-{made.period}")
        return True
