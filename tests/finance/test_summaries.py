"""Summaries of a period: parts that add up, by currency; a customer sees no commission."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.finance import accounts
from tests.finance.accounts import Sale
from tests.support.people import Person, World

PATH = "/api/finance/summary"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def sale(world: World) -> Sale:
    return Sale(world.person(), world.person("tailor")).paid().completed()


def summaries(person: Person, query: str = "") -> dict[str, Json]:
    answer = person.get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.text
    return {each["currency"]: each for each in answer.json()["data"]["summaries"]}


def test_the_parts_of_a_partner_add_up(sale: Sale) -> None:
    sale.refunded(30_000)
    Sale(sale.payer, sale.partner, total=20_000).in_cash(sale.partner).completed()
    Sale(sale.payer, sale.partner, total=50_000).paid().completed().disputed(50_000, "lost")
    accounts.pay_out(sale.partner, 10_000)
    (found,) = summaries(sale.partner).values()
    assert found["partner"] == {
        "gross": 1700, "commission": 90, "refunds": 300, "disputes": 500, "cash": 200, "payouts": 100, "other": 0,
        "net": 510,
    }  # fmt: skip
    assert (found["customer"], found["house"]) == (None, None)


def test_a_customer_sees_what_was_spent_and_no_commission(sale: Sale) -> None:
    accounts.give_credit(sale.payer, 500_000)
    sale.refunded(30_000)
    Sale(sale.payer, sale.partner, total=7000, on_credit=True).completed()
    (found,) = summaries(sale.payer).values()
    assert found["customer"] == {"spent": 1000, "refunded": 300, "onCredit": 70, "net": -70}
    assert found["partner"] is None


def test_currencies_are_never_added_up(sale: Sale) -> None:
    Sale(sale.payer, sale.partner, total=1255, currency="JPY").paid().completed()
    found = summaries(sale.partner)
    assert {currency: each["partner"]["net"] for currency, each in found.items()} == {"INR": 900, "JPY": 1129}
    assert summaries(sale.partner, "?currency=JPY").keys() == {"JPY"}
    assert summaries(sale.partner, "?currency=KWD") == {}


def test_an_admin_sees_what_the_house_has_earned(world: World, sale: Sale) -> None:
    admin = world.staff("admin")
    before = summaries(admin)["INR"]["house"]
    Sale(sale.payer, sale.partner, total=40_000).paid().completed().refunded(10_000)
    after = summaries(admin)["INR"]["house"]
    changed = {name: round(after[name] - before[name], 2) for name in after}
    assert changed == {
        "captured": 400, "refunded": 100, "payouts": 0, "commission": 30, "sales": 0, "promotions": 0, "fees": 0,
        "losses": 0, "net": 30,
    }  # fmt: skip


def test_staff_reads_the_summary_of_a_user(world: World, sale: Sale) -> None:
    support = world.staff("support")
    assert summaries(support, f"?userId={sale.partner.id}")["INR"]["partner"]["net"] == 900
    assert summaries(support, f"?userId={sale.payer.id}")["INR"]["customer"]["spent"] == 1000
    assert summaries(support, f"?userId={new_id()}") == {}
    assert sale.payer.get(f"{PATH}?userId={sale.partner.id}").status_code == 403


@pytest.mark.parametrize(
    "query", ["currency=XXX", "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "userId=1"]
)
def test_a_malformed_query_is_refused(sale: Sale, query: str) -> None:
    assert sale.payer.get(f"{PATH}?{query}").status_code == 422
