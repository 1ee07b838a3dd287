"""What users see of their money: payments, orders, earnings, refunds; never the money of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from metaia.auth.account import export
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.finance.transactions import lines
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from tests.finance import accounts
from tests.finance.accounts import Sale
from tests.support.people import Person, World

PATH = "/api/finance/transactions"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def sale(world: World) -> Sale:
    return Sale(world.person(), world.person("tailor"))


def seen(person: Person, query: str = "") -> list[Json]:
    answer = person.get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]["transactions"]
    return found


def moves(person: Person, query: str = "") -> list[tuple[str, float]]:
    """Return type and amount of a user's lines, the earliest first."""
    return [(each["type"], each["amount"]) for each in reversed(seen(person, query))]


def test_a_paid_order_is_seen_by_both_sides(sale: Sale) -> None:
    sale.paid().completed()
    assert moves(sale.payer) == [("payment", 1000), ("order", -1000)]
    assert moves(sale.partner) == [("earning", 900)]
    (line,) = seen(sale.partner)
    assert (line["orderId"], line["currency"], line["status"]) == (sale.order_id, "INR", "booked")


def test_refunds_are_seen_by_both_sides(sale: Sale) -> None:
    sale.paid().completed().refunded(30_000)
    assert moves(sale.payer)[2:] == [("refund", 300), ("repayment", -300)]
    assert moves(sale.partner) == [("earning", 900), ("refund", -270)]


def test_a_refund_elsewhere_has_two_lines(sale: Sale) -> None:
    sale.paid().completed().refunded_elsewhere(100_000)
    found = {each["type"]: each for each in seen(sale.payer)[:2]}
    assert {name: each["amount"] for name, each in found.items()} == {"refund": 1000, "repayment": -1000}
    assert found["refund"]["id"] != found["repayment"]["id"]


def test_a_lost_dispute_takes_from_the_partner(sale: Sale) -> None:
    sale.paid().completed().disputed(100_000)
    assert moves(sale.payer)[2:] == [("dispute", -1000)]  # the fee is not the customer's
    sale.disputed(100_000, "lost")
    assert moves(sale.payer)[3:] == [("dispute", 1000)]
    assert moves(sale.partner)[1:] == [("dispute", -900)]


def test_an_order_on_credit_is_owed(sale: Sale) -> None:
    bought = Sale(sale.payer, sale.partner, on_credit=True)
    accounts.give_credit(sale.payer, 500_000)
    bought.completed()
    (line,) = seen(sale.payer)
    assert (line["type"], line["amount"], line["orderId"]) == ("order", -1000, bought.order_id)
    assert moves(sale.partner) == [("earning", 900)]


def test_a_courier_owes_the_cash_until_it_is_handed_over(world: World, sale: Sale) -> None:
    courier = world.person("delivery")
    sale.in_cash(courier).completed()
    cash, bank = Account("cash", courier.id, "INR"), Account("bank", "house", "INR")
    accounts.book([Posting(f"handover:{new_id()}", "handover", [debit(bank, 40_000), credit(cash, 40_000)])])
    assert moves(courier) == [("cash", -1000), ("handover", 400)]
    assert moves(sale.payer) == [("payment", 1000), ("order", -1000)]


def test_all_lines_add_up_to_the_balances_of_the_accounts(world: World, sale: Sale) -> None:
    sale.paid().completed().refunded(33_300)
    Sale(sale.payer, sale.partner, currency="JPY").paid().completed()
    accounts.pay_out(sale.partner, 50_000)
    held = lines.holdings(sale.partner.id)
    assert lines.balances(held) == {"INR": 90_000 - 29_970 - 50_000, "JPY": 90_000}
    assert lines.balances(lines.holdings(sale.payer.id)) == {"INR": 0, "JPY": 0}


def test_a_user_sees_no_money_of_others(world: World, sale: Sale) -> None:
    sale.paid().completed()
    for role in ("customer", "tailor", "delivery"):
        stranger = world.person(role)
        assert seen(stranger) == []
        assert seen(stranger, f"?orderId={sale.order_id}") == []
        assert seen(stranger, f"?paymentId={sale.payment_id}") == []
        assert stranger.get(f"{PATH}?userId={sale.partner.id}").status_code == 403
        assert stranger.get(f"{PATH}/analytics?userId={sale.partner.id}").status_code == 403


def test_support_reads_the_account_of_a_user(world: World, sale: Sale) -> None:
    sale.paid().completed()
    support = world.staff("support")
    assert moves(support, f"?userId={sale.partner.id}") == [("earning", 900)]
    assert moves(support) == []


def test_the_export_of_a_user_has_all_lines(sale: Sale) -> None:
    sale.paid().completed().refunded(30_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "PAGE_SIZE", 3)
        found = sale.payer.get("/api/auth/export").json()["data"]["export"]["transactions"]
    assert [each["type"] for each in found] == ["payment", "order", "refund", "repayment"]


def test_a_reversed_posting_is_marked(sale: Sale) -> None:
    sale.paid().completed()
    (line,) = seen(sale.partner)
    posting_id = line["id"].partition(".")[0]
    with db.transaction():
        ledger_service.reverse(posting_id)
    assert [(each["type"], each["status"]) for each in seen(sale.partner)] == [
        ("reversal", "booked"),
        ("earning", "reversed"),
    ]


def test_pages_have_each_line_once(sale: Sale) -> None:
    sale.paid().completed()
    for amount in (100, 200, 300, 400):
        sale.refunded_elsewhere(amount)
    for sort in ("bookedAt", "-bookedAt"):
        whole, found = seen(sale.payer, f"?limit=100&sort={sort}"), []
        cursor: str | None = ""
        while cursor is not None:
            answer = sale.payer.get(f"{PATH}?limit=3&sort={sort}{cursor and f'&cursor={cursor}'}").json()
            found += answer["data"]["transactions"]
            cursor = answer["meta"]["nextCursor"]
        assert [each["id"] for each in found] == [each["id"] for each in whole]
        assert len({each["id"] for each in found}) == 10


def test_filters_select_lines(sale: Sale) -> None:
    sale.paid().completed().refunded(30_000)
    other = Sale(sale.payer, sale.partner, total=5000).paid().completed()
    assert moves(sale.payer, "?type=refund") == [("refund", 300)]
    assert moves(sale.payer, "?type=other") == []
    assert moves(sale.payer, f"?orderId={other.order_id}") == [("payment", 50), ("order", -50)]
    assert moves(sale.payer, f"?paymentId={other.payment_id}") == [("payment", 50), ("order", -50)]
    assert moves(sale.payer, f"?paymentId={other.payment_id}&orderId={sale.order_id}") == []
    assert moves(sale.payer, f"?q={other.attempt}") == [("payment", 50)]
    assert moves(sale.payer, "?currency=INR&minAmount=60&maxAmount=999") == [
        ("refund", 300),
        ("repayment", -300),
    ]
    assert moves(sale.payer, "?currency=JPY") == []
    moment = rfc3339(now() + timedelta(minutes=1))
    assert moves(sale.payer, f"?from={moment}") == []
    assert len(moves(sale.payer, f"?to={moment}")) == 6


@pytest.mark.parametrize(
    "query",
    ["type=gift", "currency=XXX", "minAmount=5", "minAmount=1.005&currency=INR", "minAmount=-1&currency=INR",
     "maxAmount=1e400&currency=INR", "from=yesterday", "orderId=1", "sort=amount", "cursor=forged", "limit=0", "q="],
)  # fmt: skip
def test_a_malformed_query_is_refused(sale: Sale, query: str) -> None:
    assert sale.payer.get(f"{PATH}?{query}").status_code == 422


def test_sums_are_by_currency_and_never_over_currencies(sale: Sale) -> None:
    sale.paid().completed().refunded(30_000)
    Sale(sale.payer, sale.partner, total=500, currency="JPY").paid().completed()
    answer = sale.partner.get(f"{PATH}/analytics?groupBy=type").json()["data"]
    sums = {(each["name"], each["currency"]): each["net"] for each in answer["groups"]}
    assert sums == {("earning", "INR"): 900, ("refund", "INR"): -270, ("earning", "JPY"): 450}
    (group,) = sale.partner.get(f"{PATH}/analytics?groupBy=day&currency=INR").json()["data"]["groups"]
    assert (group["count"], group["incoming"], group["outgoing"], group["net"]) == (2, 900, 270, 630)


@pytest.mark.parametrize("query", ["groupBy=year", "from=2026-01-01T00:00:00Z&to=2027-12-01T00:00:00Z"])
def test_a_malformed_analysis_is_refused(sale: Sale, query: str) -> None:
    assert sale.payer.get(f"{PATH}/analytics?{query}").status_code == 422
