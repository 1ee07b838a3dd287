"""The statements of requests of finance can use indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.finance.statements import policy
from metaia.finance.statements import queries as statement_queries
from metaia.finance.statements import service as statement_service
from metaia.finance.summaries import queries as summary_queries
from metaia.finance.transactions import lines, presenters, queries
from metaia.payments.trail import queries as trail_queries
from tests.finance.accounts import Sale
from tests.support.people import World
from tests.support.plans import statements, whole_scans

THIS_MONTH = policy.of(now().date())


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture(scope="module")
def sale(app: Flask, server: object) -> Iterator[Sale]:
    with app.app_context(), World(server.url) as world:  # type: ignore[attr-defined]
        yield Sale(world.person(), world.person("tailor")).paid().completed().refunded(500)


def page(sale: Sale, user_id: str, **filters: object) -> object:
    held = lines.holdings(user_id)
    rows, _ = queries.page(held, filters=dict(filters), sort="-bookedAt", limit=1, cursor=None)
    return presenters.transactions(rows)


def statements_page(sale: Sale) -> object:
    return statement_queries.page(sale.payer.id, filters={}, sort="-period", limit=9, cursor=None)


def summarize(user_id: str) -> object:
    held = lines.holdings(user_id)
    return summary_queries.of_user(held, now(), now()), summary_queries.commissions(held, now(), now())


CALLS: dict[str, Callable[[Sale], object]] = {
    "a customer's page": lambda sale: page(sale, sale.payer.id),
    "a partner's page": lambda sale: page(sale, sale.partner.id),
    "a page of a type": lambda sale: page(sale, sale.partner.id, **queries.of_type("refund")),
    "a page of a month": lambda sale: page(sale, sale.partner.id, since=now(), until=now()),
    "a page of an order": lambda sale: page(sale, sale.payer.id, subject=sale.subject),
    "a balance": lambda sale: lines.balances(lines.holdings(sale.partner.id)),
    "sums by day": lambda sale: queries.by_period(
        lines.holdings(sale.payer.id), {"since": now()}, "day", "UTC"
    ),
    "sums by type": lambda sale: queries.by_type(lines.holdings(sale.payer.id), {"since": now()}),
    "a partner's summary": lambda sale: summarize(sale.partner.id),
    "a summary of the house": lambda _: summary_queries.of_house("INR", now(), now()),
    "a page of statements": statements_page,
    "a preliminary statement": lambda sale: statement_service.read(sale.payer.id, "INR", str(THIS_MONTH)),
    "the purpose of a payment": lambda _: trail_queries.subject_of_payment(new_id()),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_request_scans_no_whole_table(sale: Sale, name: str) -> None:
    with statements() as found:
        CALLS[name](sale)
    assert found
    assert whole_scans(found) == []
