"""Handing over cash, and asking for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.finance.cash import queries
from metaia.finance.cash.models import CashHandoverRow, CashReminderRow
from metaia.finance.cash.queries import Handover
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import HOUSE, Account, Posting, credit, debit
from metaia.ledger.queries import Balance
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries


def hand_over(actor: Actor, body: Json) -> Handover:
    """Book cash that a user has handed over to the house, and what is missing of it.

    Raises NotFound without such a user, Invalid, and InsufficientBalance if they carry less.
    """
    currency, user_id = body["currency"], body["user_id"]
    amount = amounts.minor(body["amount"], currency)
    short = amounts.minor(body["short"], currency, field="short")
    if amount + short == 0:
        raise Invalid(details={"amount": ["Must not be 0."]})
    if user_queries.by_id(user_id) is None:
        raise NotFound("There is no such user.")
    made = Handover(new_id(), user_id, amount, short, currency, actor.id, now())
    with db.transaction():
        ledger_service.post_all(postings(made))
        db.append(CashHandoverRow, **{name: getattr(made, name) for name in Handover.__slots__})
        after = {"amount": amount, "short": short, "currency": currency, "handover": made.id}
        audit_log.record("cash.handed_over", subject=rooms.subject("user", user_id), after=after)
        return made


def postings(this: Handover) -> list[Posting]:
    """Return what is booked for a handover."""
    subject = rooms.subject("handover", this.id)
    cash = Account(queries.KIND, this.user_id, this.currency)
    parts = (("handover", "bank", this.amount), ("short", "losses", this.short))
    return [
        Posting(
            f"{name}:{this.id}",
            name,
            [debit(Account(kind, HOUSE, this.currency), amount), credit(cash, amount)],
            subject,
        )
        for name, kind, amount in parts
        if amount
    ]


def remind(account: Balance, today: date) -> None:
    """Ask the owner of cash to hand it over, once a day, in the running transaction."""
    row = insert(CashReminderRow).values(account_id=account.id, day=today)
    changed = row.on_conflict_do_update(
        index_elements=["account_id"], set_={"day": today}, where=CashReminderRow.day < today
    )
    if db.execute(changed.returning(CashReminderRow.day)).all():
        data = {"amount": amounts.text(account.posted, account.currency), "currency": account.currency}
        subject = rooms.subject("user", account.owner)
        notification_service.notify(account.owner, "cash_due", data, subject=subject)
