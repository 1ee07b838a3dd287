"""The auditor: each rule of finance is broken once, past the triggers, and is named by exactly its name."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.finance.audit_rules import FINANCE_RULES
from metaia.finance.cash import service as cash_service
from metaia.finance.credit import service as credit_service
from metaia.finance.payout_accounts import service as account_service
from metaia.finance.payouts import jobs as payout_jobs
from metaia.finance.payouts import service as payout_service
from metaia.ledger import service as ledger_service
from metaia.ledger.audit import registry
from metaia.ledger.chart import Account, Posting, credit, debit
from tests.support.people import Person, World


class Undo(Exception):
    """Rolls a transaction back."""


@pytest.fixture(autouse=True)
def context(app: Flask) -> Any:
    with app.app_context():
        yield


@pytest.fixture
def things(world: World) -> Json:
    """A held order on credit, a sent and a requested payout, and a handover with something missing."""
    admin, customer, partner = world.staff("admin"), world.person("customer"), world.person("tailor")
    sources = [debit(Account("suspense", "test", "INR"), 2000)]
    with db.transaction():
        ledger_service.post(
            Posting(new_id(), "test", [*sources, credit(Account("partner", partner.id, "INR"), 2000)])
        )
        cash = [
            debit(Account("cash", partner.id, "INR"), 500),
            credit(Account("suspense", "test", "INR"), 500),
        ]
        ledger_service.post(Posting(new_id(), "test", cash))
    order = new_id()
    with db.transaction():
        credit_service.put(customer.id, "INR", 1000, 30, "a test")
        credit_service.hold(order, customer.id, "INR", 400)
    handover = cash_service.hand_over(_actor(admin), {
        "user_id": partner.id, "amount": _decimal(4), "short": _decimal(1), "currency": "INR",
    })  # fmt: skip
    account = {"method": "upi", "holder": "x", "upi": "asha@okbank"}
    account_service.put(partner.id, account, None)
    sent = payout_service.request(_actor(partner), {"amount": _decimal(5), "currency": "INR"})
    payout_service.act(_actor(admin), sent.id, "approve", {}, None)
    payout_jobs.send()
    asked = payout_service.request(_actor(partner), {"amount": _decimal(6), "currency": "INR"})
    return {
        "customer": customer.id,
        "hold": credit_service.hold_id(order),
        "sent": sent.id,
        "asked": asked.id,
        "handover": handover.id,
    }


BROKEN: list[tuple[str, str]] = [
    ("credit_limit_is_set", "UPDATE credit_accounts SET credit_limit = 999 WHERE user_id = :customer"),
    ("credit_limit_is_set", "DELETE FROM credit_accounts WHERE user_id = :customer"),
    ("credit_hold_has_order", "UPDATE ledger_holds SET subject = 'offer-1' WHERE id = :hold"),
    (
        "payout_is_booked",
        "DELETE FROM ledger_postings WHERE subject = 'payout-' || :sent AND kind = 'payout'",
    ),
    ("payout_is_held", "UPDATE payouts SET amount = 1 WHERE id = :asked"),
    ("payout_is_held", "DELETE FROM payouts WHERE id = :asked"),
    ("payout_is_held", "DELETE FROM ledger_holds WHERE id = :asked"),
    ("handover_is_booked", "UPDATE cash_handovers SET short = 2 WHERE id = :handover"),
    ("handover_is_booked", "DELETE FROM ledger_postings WHERE key = 'handover:' || :handover"),
]


def broken_rules(things: Json, *, full: bool = True) -> set[str]:
    """Return the rules with findings about `things`; other tests leave books that are not sound."""
    found = {name: str(registry.check(name, full=full)) for name in FINANCE_RULES}
    return {name for name, text_ in found.items() if any(each in text_ for each in things.values())}


def after(sql: str, things: Json, look: Callable[[Json], set[str]]) -> set[str]:
    """Return what `look` finds after a statement past the triggers, which is rolled back."""
    found: set[str] = set()
    try:
        with db.transaction():
            db.execute(text("SET LOCAL session_replication_role = replica"))
            db.execute(text(sql), {name: things[name] for name in things if f":{name}" in sql})
            found = look(things)
            raise Undo
    except Undo:
        return found


def test_sound_books_have_no_findings(things: Json) -> None:
    assert broken_rules(things) == set()
    assert broken_rules(things, full=False) == set()


@pytest.mark.parametrize(("rule", "sql"), BROKEN, ids=[f"{rule} {n}" for n, (rule, _) in enumerate(BROKEN)])
def test_a_broken_rule_is_named(things: Json, rule: str, sql: str) -> None:
    assert after(sql, things, broken_rules) == {rule}


def test_a_payout_in_a_status_that_is_not_booked_is_named(things: Json) -> None:
    found = after("UPDATE payouts SET status = 'paid' WHERE id = :sent", things, broken_rules)
    assert found == {"payout_is_booked"}
    quick = after(
        "UPDATE payouts SET status = 'paid' WHERE id = :sent", things, partial(broken_rules, full=False)
    )
    assert quick == {"payout_is_booked"}


def test_every_rule_is_broken_here() -> None:
    assert {rule for rule, _ in BROKEN} == FINANCE_RULES.keys()


def _actor(person: Person) -> Actor:
    return Actor(person.id, person.user["role"], "session", 0.0)


def _decimal(amount: int) -> Decimal:
    return Decimal(amount)
