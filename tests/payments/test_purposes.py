"""Payments of one purpose are booked together: in its account, by its terms, whatever the order of facts."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.ledger import queries as ledger_queries
from metaia.ledger.audit import registry as audit
from metaia.ledger.chart import Account
from metaia.payments import queries, service
from metaia.payments.giving_back import service as giving_back
from metaia.payments.purposes import registry
from metaia.payments.purposes import service as purposes
from metaia.payments.purposes.registry import Money, Purpose
from metaia.providers.payments.facts import Fact
from tests.payments.facts import at, attempt, refund
from tests.payments.purposes import Things


def take(facts: list[Fact], purpose: Purpose | None) -> int:
    with db.transaction():
        return service.take(facts, source="test", purpose=purpose)


def balance(kind: str, owner: str) -> int:
    account = Account(kind, owner, "INR")
    return ledger_queries.balances([account])[account]


def findings(*purposes: Purpose) -> list[str]:
    """Return what the auditor finds of these purposes. It reads all payments, so it is asked once about many."""
    found = audit.check("payment_is_booked", full=True)
    return [each.found for each in found if any(purpose.subject in each.subject for purpose in purposes)]


def test_two_payments_of_a_purpose_earn_its_total_once(app: Flask, things: Things) -> None:
    with app.app_context():
        thing = things.add(1000)
        first, second = f"pay_{new_id()}", f"pay_{new_id()}"
        take([attempt(1, "captured", 400, first)], thing)
        take([attempt(2, "captured", 900, second)], thing)
        assert balance("due", thing.subject) == 1300
        things.complete(thing, at(9))
        with db.transaction():
            assert service.follow(thing.type, thing.id) == Money(1300, statuses=("completed", "completed"))
        assert (balance("due", thing.subject), balance("partner", str(thing.partner_id))) == (300, 900)
        take([refund(10, "requested", 300, "r" + second, attempt=second)], thing)
        assert (balance("due", thing.subject), balance("partner", str(thing.partner_id))) == (0, 900)
        assert things.changes[thing.id] == [
            Money(400, statuses=("completed",)),
            Money(1300, statuses=("completed", "completed")),
            Money(1300, refunding=300, statuses=("completed", "completed")),
        ]
        assert findings(thing) == []


def test_every_order_of_facts_gives_the_same_books(app: Flask, things: Things) -> None:
    with app.app_context():
        paid = []
        for order in permutations(range(4)):
            paid.append(thing := things.add(1000))
            before = balance("partner", things.partner)
            first, second = f"pay_{new_id()}", f"pay_{new_id()}"
            facts = [
                attempt(1, "captured", 600, first), attempt(2, "captured", 600, second),
                refund(3, "requested", 200, f"r{second}", attempt=second),
                refund(4, "processed", 200, f"r{second}", attempt=second),
            ]  # fmt: skip
            things.complete(thing, at(9))
            for each in order:
                take([facts[each]], thing)
            with db.transaction():
                service.follow(thing.type, thing.id)
            assert (balance("due", thing.subject), balance("partner", things.partner) - before) == (0, 900)
        assert findings(*paid) == []


def test_facts_of_two_payments_at_once_are_all_booked(app: Flask, things: Things) -> None:
    with app.app_context():
        thing = things.add(1000)
    names = [f"pay_{new_id()}" for _ in range(8)]
    facts = [attempt(number, "captured", 100, name) for number, name in enumerate(names)] * 3
    random.Random(1).shuffle(facts)

    def run(fact: Fact) -> None:
        with app.app_context():
            take([fact], thing)

    gevent.joinall([gevent.spawn(run, fact) for fact in facts], raise_error=True, timeout=30)
    with app.app_context():
        assert balance("due", thing.subject) == 800
        assert purposes.money(thing).captured == 800
        assert things.changes[thing.id][-1].captured == 800
        assert findings(thing) == []


def test_money_whose_purpose_becomes_known_leaves_suspense(app: Flask, things: Things) -> None:
    with app.app_context():
        thing, name = things.add(1000), f"pay_{new_id()}"
        before = balance("suspense", "razorpay")
        take([attempt(1, "captured", 1000, name)], None)
        assert balance("suspense", "razorpay") - before == 1000
        found = str(queries.id_of("razorpay", name))
        with db.transaction():
            service.assign(found, thing)
        assert (balance("suspense", "razorpay") - before, balance("due", thing.subject)) == (0, 1000)
        assert things.changes[thing.id] == [Money(1000, statuses=("completed",))]
        assert findings(thing) == []
        query = text("SELECT user_id::text, type FROM notifications WHERE subject = :subject")
        notices = {tuple(row) for row in db.fetch_all(query, {"subject": f"payment-{found}"})}
        assert notices == {(things.payer, "payment_received"), (things.partner, "payment_received")}


def test_money_in_another_currency_does_not_count_until_it_is_given_back(app: Flask, things: Things) -> None:
    """1000 yen do not pay 1000 paise. The auditor names the payment, and only a refund of everything includes it."""
    with app.app_context():
        thing, yen = things.add(1000), f"pay_{new_id()}"
        currencies = {thing.id: thing.currency}
        take([attempt(1, "captured", 1000, yen, currency="JPY")], thing)
        assert purposes.money(thing) == Money()
        assert purposes.money_of(thing.type, currencies) == {}
        take([attempt(2, "captured", 1700, f"pay_{new_id()}")], thing)
        paid = Money(1700, statuses=("completed",))
        assert things.changes[thing.id] == [Money(), paid]
        assert purposes.money_of(thing.type, currencies) == {thing.id: replace(paid, statuses=())}
        payment = str(queries.id_of("razorpay", yen))
        named = [
            each.found for each in audit.check("payment_is_booked", full=True) if each.subject == payment
        ]
        assert named == ["1000 JPY"]
        things.complete(thing, at(9))
        with db.transaction():
            assert service.follow(thing.type, thing.id) == paid
            assert giving_back.held(thing) == 1700
            made = giving_back.refund_excess(thing)
        assert [(each.amount, each.currency) for each in made] == [(700, "INR")]
        with db.transaction():
            made = giving_back.refund_all(thing.type, thing.id, "other")
        assert sorted((each.amount, each.currency) for each in made) == [(1000, "INR"), (1000, "JPY")]


def test_the_auditor_names_a_purpose_that_is_not_booked(app: Flask, things: Things) -> None:
    with app.app_context():
        thing = things.add(1000)
        take([attempt(1, "captured", 1000, f"pay_{new_id()}")], thing)
        things.complete(thing, at(9))
        assert findings(thing) == [f"earned:{thing.subject}"]
        things.things[thing.id] = replace(thing)
        assert findings(thing) == []


def test_a_type_registers_once(app: Flask, things: Things) -> None:
    with pytest.raises(ValueError, match="twice"):
        registry.register(app, things)
