"""Settlements of providers: imported once, booked to the bank, compared with our facts; hostile files are refused."""

from __future__ import annotations

import csv
import io
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.http import bodies
from metaia.core.http.limit_classes import MEGABYTE
from metaia.core.json import Json
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.payments import service
from metaia.payments.reconciliation import rows
from metaia.providers.payments.facts import AttemptFact, Fact, FeeFact, RefundFact
from tests.support.people import Person, World

PATH = "/api/admin/reconciliation"
NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def name() -> str:
    return f"{random.randrange(10**12):012}"


def take(*facts: Fact) -> None:
    with db.transaction():
        service.take(facts, source="a test")


def fact(reference: str, amount: int, **more: Any) -> Json:
    return {
        "provider": "razorpay", "reference": reference, "amount": amount, "currency": "INR", "at": NOON,
    } | more  # fmt: skip


def row(reference: str, amount: int, fee: int = 0, kind: str = "payment", **more: Any) -> Json:
    credit, debit = (amount - fee, 0) if kind == "payment" else (0, amount)
    return {
        "entity_id": reference, "type": kind, "amount": amount, "credit": credit, "debit": debit, "fee": fee, "tax": 0,
        "currency": "INR", "created_at": int(NOON.timestamp()), "on_hold": False, "notes": [], "description": None,
    } | more  # fmt: skip


def settle(admin: Person, name: str, given: list[Json], status: int = 201, **more: Any) -> Json:
    body = {"provider": "razorpay", "settlementId": f"setl_{name}", "rows": given} | more
    answer = admin.post(
        f"{PATH}/settlements", {key: value for key, value in body.items() if value is not None}
    )
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found["data"]["settlement"] if answer.ok else found["error"]


def compared(admin: Person, name: str) -> dict[str, str]:
    """Return the states of all lines of the day that belong to a test."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        answer = admin.get(f"{PATH}?day=2026-01-10&limit=100{cursor}").json()
        found |= {
            each["reference"]: each["state"] for each in answer["data"]["lines"] if name in each["reference"]
        }
        if (following := answer["meta"]["nextCursor"]) is None:
            return {reference.replace(name, ""): state for reference, state in found.items()}
        cursor = f"&cursor={following}"


def balance(kind: str, owner: str, currency: str = "INR") -> int:
    account = Account(kind, owner, currency)
    return ledger_queries.balances([account])[account]


def test_a_settlement_is_booked_once_and_compared(admin: Person, name: str) -> None:
    def captured(kind: str, amount: int) -> AttemptFact:
        return AttemptFact(status="captured", **fact(f"{kind}{name}", amount, payment=f"order_{kind}{name}"))

    take(captured("good_", 1000), FeeFact(**fact(f"good_{name}", 20)))
    take(captured("less_", 1000), FeeFact(**fact(f"less_{name}", 20)))
    take(captured("dear_", 1000), FeeFact(**fact(f"dear_{name}", 20)))
    take(captured("late_", 700))
    refund = fact(f"back_{name}", 300, attempt=f"good_{name}")
    take(RefundFact(status="processed", **refund))
    start = balance("bank", "house"), balance("gateway", "razorpay")
    given = [
        row(f"good_{name}", 1000, 20), row(f"less_{name}", 999, 20), row(f"dear_{name}", 1000, 30),
        row(f"ours_{name}", 500, 10), row(f"back_{name}", 300, kind="refund"), row(f"adj_{name}", 5, kind="adjustment"),
    ]  # fmt: skip
    net = 980 + 979 + 970 + 490 - 300 - 5
    found = settle(admin, name, given)
    assert (found["net"], found["lines"]) == (net / 100, 6)
    assert settle(admin, name, given) == found
    assert (balance("bank", "house") - start[0], balance("gateway", "razorpay") - start[1]) == (net, -net)
    assert compared(admin, name) == {
        "good_": "matched", "less_": "amount_differs", "dear_": "fee_differs", "ours_": "missing_here",
        "back_": "matched", "adj_": "not_compared", "late_": "not_settled",
    }  # fmt: skip
    expected = {"matched": 2, "amount_differs": 1, "fee_differs": 1, "missing_here": 1, "not_compared": 1}
    assert found["states"] == expected
    only = admin.get(f"{PATH}?day=2026-01-10&state=fee_differs&limit=100").json()["data"]["lines"]
    (line,) = [each for each in only if each["reference"] == f"dear_{name}"]
    assert (line["ourFee"], line["theirFee"], line["ours"]) == (0.2, 0.3, 10)
    assert settle(admin, name, given[1:], 409)["code"] == "settlement_differs"
    audited = db.fetch_value(
        text("SELECT count(*) FROM audit_log WHERE subject = :subject"),
        {"subject": f"settlement-razorpay-setl_{name}"},
    )
    assert audited == 1


def test_a_settlement_that_comes_back_is_booked_back_once(admin: Person, name: str) -> None:
    start = balance("bank", "house")
    body = {"provider": "razorpay", "settlementId": f"setl_{name}"}
    answer = admin.post(f"{PATH}/settlements/returned", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "settlement_unknown")
    settle(admin, name, [row(f"pay_{name}", 1000, 20)])
    for _ in range(2):
        assert admin.post(f"{PATH}/settlements/returned", body).status_code == 200
        assert balance("bank", "house") == start


def test_a_csv_says_the_same_as_rows(admin: Person, name: str) -> None:
    given = row(f"pay_{name}", 123_456, 20)
    names = [
        "entity_id",
        "type",
        "amount",
        "credit",
        "debit",
        "fee",
        "currency",
        "created_at",
        "settlement_id",
    ]
    output = io.StringIO()
    writer = csv.DictWriter(output, names, extrasaction="ignore")
    writer.writeheader()
    decimals = {key: f"{given[key] / 100:.2f}" for key in ("amount", "credit", "debit", "fee")}
    writer.writerow(given | decimals | {"settlement_id": f"setl_{name}"})
    found = settle(
        admin, name, [], rows=None, settlementId=None, csv="\ufeff" + output.getvalue(), unit="major"
    )
    assert (found["id"], found["net"]) == (f"setl_{name}", 1234.36)


def test_stripes_balance_transactions(admin: Person, name: str) -> None:
    take(
        AttemptFact(
            **fact(
                f"pi_{name}", 5000, provider="stripe", currency="KWD", payment=f"pi_{name}", status="captured"
            )
        ),
        FeeFact(**fact(f"pi_{name}", 100, provider="stripe", currency="KWD")),
    )
    common = {"object": "balance_transaction", "currency": "kwd", "created": int(NOON.timestamp())}
    given = [
        common | {"id": "txn_1", "type": "charge", "amount": 5000, "fee": 100, "net": 4900,
                  "source": {"id": f"ch_{name}", "payment_intent": f"pi_{name}"}},
        common | {"id": "txn_2", "type": "refund", "amount": -1000, "fee": 0, "net": -1000, "source": f"re_{name}"},
        common | {"id": "txn_3", "type": "payout", "amount": -3900, "fee": 0, "net": -3900, "source": f"po_{name}"},
    ]  # fmt: skip
    found = settle(admin, name, given, provider="stripe", settlementId=f"po_{name}")
    assert (found["net"], found["currency"], found["lines"]) == (3.9, "KWD", 2)
    assert found["states"] == {"matched": 1, "missing_here": 1}


HEADER = "entity_id,type,amount,credit,debit,fee,currency,created_at,settlement_id\n"
GOOD = "pay_1,payment,1000,980,0,20,INR,1767225600,setl_h\n"
HOSTILE: dict[str, str] = {
    "a formula": HEADER + GOOD.replace("pay_1", '"=HYPERLINK(""http://x"",""pay"")"'),
    "a formula as type": HEADER + GOOD.replace("payment", "=cmd|' /C calc'!A0"),
    "a formula as amount": HEADER + GOOD.replace("1000", "=1+1"),
    "NUL": HEADER + GOOD.replace("pay_1", "pay\0"),
    "no header": GOOD,
    "a header twice": HEADER.replace("type", "amount") + GOOD,
    "an open quote": HEADER + '"pay_1,payment',
    "a long field": HEADER + "x" * 200_000,
    "too few columns": HEADER + "pay_1,payment\n",
    "too many columns": HEADER + GOOD.strip() + ",x\n",
    "too many rows": HEADER + GOOD * (rows.MOST_ROWS + 1),
    "two settlements": HEADER + GOOD + GOOD.replace("setl_h", "setl_i"),
    "two currencies": HEADER + GOOD + GOOD.replace("INR", "USD"),
    "no currency": HEADER + GOOD.replace("INR", "XXX"),
    "a fraction": HEADER + GOOD.replace("1000", "10.5"),
    "an exponent": HEADER + GOOD.replace("1000", "1e400"),
    "NaN": HEADER + GOOD.replace("1000", "NaN"),
    "too large": HEADER + GOOD.replace("1000", "999999999999999"),
    "digits of another script": HEADER + GOOD.replace("1000", "१०००"),
    "another century": HEADER + GOOD.replace("1767225600", "-99999999999"),
    "a path": HEADER + GOOD.replace("pay_1", "../../etc/passwd"),
    "only a header": HEADER,
    "nothing": "\n\n",
}


def test_a_large_file_does_not_hold_the_event_loop(admin: Person, name: str) -> None:
    """No turn of another greenlet waits for as much CPU time as a fraction of the file's reading takes."""
    content = HEADER + "".join(
        f"pay_{name}{number},payment,1000,980,0,20,INR,1767225600,setl_{name}\n"
        for number in range(rows.MOST_ROWS)
    )
    begun = time.thread_time()
    read = rows.lines("razorpay", rows.from_csv(content), major=False, settlement_id=None)
    assert len([*read]) == rows.MOST_ROWS
    reading, longest = time.thread_time() - begun, 0.0

    def others() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            gevent.sleep(0)
            longest = max(longest, time.thread_time() - before)

    other = gevent.spawn(others)
    try:
        found = settle(admin, name, [], rows=None, settlementId=None, csv=content)
        assert settle(admin, name, [], rows=None, settlementId=None, csv=content) == found
    finally:
        other.kill()
    assert (found["lines"], found["states"]) == (rows.MOST_ROWS, {"missing_here": rows.MOST_ROWS})
    assert longest < reading / 2


def test_the_largest_settlement_as_json_is_parsed_in_a_thread(
    admin: Person, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Almost 4 MB, with colons in texts, which the slower parser checks."""
    own, hubs, parse = gevent.get_hub(), list[object](), bodies.parse_strict_json

    def recorded(body: bytes) -> Any:
        if len(body) > MEGABYTE:
            hubs.append(gevent.get_hub())  # each thread has its own
        return parse(body)

    monkeypatch.setattr(bodies, "parse_strict_json", recorded)
    more = {"description": "An order: of cloth. " * 7}
    found = settle(
        admin, name, [row(f"pay_{name}{number}", 1000, 20, **more) for number in range(rows.MOST_ROWS)]
    )
    assert (found["lines"], found["net"]) == (rows.MOST_ROWS, rows.MOST_ROWS * 9.8)
    assert len(hubs) == 1
    assert hubs[0] is not own


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_csv_is_refused_and_stores_nothing(admin: Person, what: str) -> None:
    answer = admin.post(f"{PATH}/settlements", {"provider": "razorpay", "csv": HOSTILE[what]})
    assert answer.status_code == 422, answer.text
    assert "passwd" not in answer.text
    stored = text("SELECT count(*) FROM settlement_lines WHERE settlement_id IN ('setl_h', 'setl_i')")
    assert db.fetch_value(stored) == 0


BAD: dict[str, Callable[[Json], Any]] = {
    "no id": lambda good: good.pop("entity_id"),
    "a boolean": lambda good: good.update(amount=True),
    "a list": lambda good: good.update(amount=[1]),
    "an object as id": lambda good: good.update(entity_id={"id": "pay_1"}),
    "an object as type": lambda good: good.update(type={}),
    "no time": lambda good: good.update(created_at="soon"),
    "a huge time": lambda good: good.update(created_at=10**15),
    "no amount": lambda good: good.pop("amount"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_row_that_makes_no_sense_is_refused(admin: Person, name: str, what: str) -> None:
    good = row(f"pay_{name}", 1000, 20)
    BAD[what](good)
    error = settle(admin, name, [row(f"other_{name}", 1, 0), good], 422)
    assert error["details"]["rows"][0].startswith("Row 2 cannot be read")


@pytest.mark.parametrize(
    "body",
    [{}, {"provider": "razorpay"}, {"provider": "nobody", "csv": "a"}, {"provider": "stripe", "rows": []},
     {"provider": "stripe", "rows": [{}], "csv": "a"}, {"provider": "stripe", "rows": [1]},
     {"provider": "stripe", "csv": "a", "settlementId": "../x"}],
    ids=str,
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_refused(admin: Person, body: Json) -> None:
    assert admin.post(f"{PATH}/settlements", body).status_code == 422


def test_days_and_cursors_are_checked(admin: Person) -> None:
    for query in ("", "?day=x", "?day=2026-02-30", "?day=2026-01-10&state=new", "?day=2026-01-10&cursor=x"):
        assert admin.get(f"{PATH}{query}").status_code == 422
