"""Holds and limits. Each change runs in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.core.money import MAX_MINOR
from metaia.ledger.chart import Account
from metaia.ledger.errors import HoldEnded, KeyReused, LedgerError, translated
from metaia.ledger.holds import queries

_OPEN = "INSERT INTO ledger_accounts (id, kind, owner, currency) VALUES (:account, :kind, :owner, :currency)"
_HOLD = text(
    f"""
    WITH opened AS ({_OPEN} ON CONFLICT DO NOTHING)
    INSERT INTO ledger_holds (id, account_id, amount, subject, expires_at)
    VALUES (:id, :account, :amount, :subject, :expires_at) ON CONFLICT (id) DO NOTHING
    """  # noqa: S608 - constants
)
_END = text(
    "INSERT INTO ledger_hold_ends (hold_id, outcome, amount) VALUES (:id, :outcome, 0) ON CONFLICT DO NOTHING"
)
_CEILING = text(
    f"""
    WITH opened AS ({_OPEN} ON CONFLICT DO NOTHING)
    INSERT INTO ledger_balances (account_id, ceiling) VALUES (:account, :ceiling)
    ON CONFLICT (account_id) DO UPDATE SET ceiling = excluded.ceiling
    """  # noqa: S608 - constants
)


def hold(
    hold_id: str,
    account: Account,
    amount: int,
    *,
    subject: str | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Hold `amount` minor units of an account; a hold with this id that exists already changes nothing.

    A hold with `expires_at` lapses by itself; one for an order has none, and ends with the order. Raises
    InsufficientBalance.
    """
    if not 0 < amount <= MAX_MINOR:
        raise LedgerError(f"not an amount to hold: {amount}")
    values = {"id": hold_id, "amount": amount, "subject": subject, "expires_at": expires_at}
    with translated():
        if db.execute(_HOLD, values | _account(account)).rowcount:
            return
    found = queries.by_id(hold_id)
    if found is None or (found.account_id, found.amount) != (account.id, amount):
        raise KeyReused(f"hold {hold_id} is of another account or amount")


def release(hold_id: str, *, lapsed: bool = False) -> bool:
    """End a hold without a posting; return False if it has ended like this before. A line of a posting ends it too.

    Raises HoldEnded if the hold does not exist or was posted.
    """
    with translated():
        if db.execute(_END, {"id": hold_id, "outcome": "expired" if lapsed else "voided"}).rowcount:
            return True
    found = queries.by_id(hold_id)
    if found is None or found.outcome == "posted":
        raise HoldEnded
    return False


def set_ceiling(account: Account, ceiling: int | None) -> None:
    """Set the limit of an account in minor units. It may be below what is used: then nothing new can be held."""
    if ceiling is not None and not 0 <= ceiling <= MAX_MINOR:
        raise LedgerError(f"not a limit: {ceiling}")
    db.execute(_CEILING, {"ceiling": ceiling} | _account(account))


def _account(account: Account) -> Json:
    return {
        "account": account.id,
        "kind": account.kind,
        "owner": account.owner,
        "currency": account.currency,
    }
