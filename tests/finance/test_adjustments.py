"""Adjustments: two admins correct the books."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from tests.support.people import Person, World

ADJUSTMENTS = "/api/admin/finance/adjustments"


@pytest.fixture
def admins(world: World) -> tuple[Person, Person]:
    return world.staff("admin"), world.staff("admin")


def body(*amounts: float, owner: str = "house", currency: str = "INR", kinds: tuple[str, ...] = ()) -> Json:
    names = kinds or ("losses", "suspense", "sales")
    lines = [
        {"kind": kind, "owner": owner, "amount": each} for kind, each in zip(names, amounts, strict=False)
    ]
    return {"lines": lines, "currency": currency, "reason": "counted twice"}


def request(admin: Person, given: Json, **headers: str) -> Any:
    return admin.post(ADJUSTMENTS, given, headers={"Idempotency-Key": new_id()} | headers)


def decide(admin: Person, adjustment: Json, action: str, **given: Any) -> tuple[int, Json]:
    answer = admin.post(f"{ADJUSTMENTS}/{adjustment['id']}/{action}", {"reason": "checked"} | given)
    return answer.status_code, answer.json()


def balance(app: Flask, kind: str, owner: str, currency: str = "INR") -> int:
    account = Account(kind, owner, currency)
    with app.app_context():
        return ledger_queries.balances([account])[account]


def test_it_takes_effect_when_a_second_admin_approves_it(app: Flask, admins: tuple[Person, Person]) -> None:
    first, second = admins
    owner = new_id()
    made = request(first, body(12.5, -12.5, owner=owner)).json()["data"]["adjustment"]
    assert (made["status"], made["allowedActions"]) == ("pending", ["withdraw"])
    assert balance(app, "losses", owner) == 0
    status, answer = decide(first, made, "approve")
    assert (status, answer["error"]["code"]) == (403, "forbidden")
    status, answer = decide(second, made, "approve", expectedVersion=1)
    assert status == 200
    done = answer["data"]["adjustment"]
    assert (done["status"], done["decidedBy"], done["version"]) == ("approved", second.id, 2)
    assert (balance(app, "losses", owner), balance(app, "suspense", owner)) == (1250, 1250)
    posting = first.get(f"/api/admin/finance/postings/{done['postingId']}").json()["data"]["posting"]
    assert posting["subject"] == f"adjustment-{made['id']}"
    assert decide(second, made, "reject")[0] == 409
    assert balance(app, "losses", owner) == 1250


@pytest.mark.parametrize(("action", "by"), [("reject", 1), ("withdraw", 0)])
def test_one_that_is_not_approved_changes_nothing(
    app: Flask, admins: tuple[Person, Person], action: str, by: int
) -> None:
    owner = new_id()
    made = request(admins[0], body(5, -5, owner=owner)).json()["data"]["adjustment"]
    assert decide(admins[1 - by], made, action)[0] == 403
    assert decide(admins[by], made, action)[0] == 200
    status, answer = decide(admins[1], made, "approve")
    assert (status, answer["error"]["code"]) == (409, "illegal_transition")
    assert balance(app, "losses", owner) == 0


def test_one_that_has_no_room_is_not_booked(app: Flask, admins: tuple[Person, Person]) -> None:
    owner = new_id()
    given = body(5, -5, owner=owner, kinds=("due", "partner"))
    made = request(admins[0], given).json()["data"]["adjustment"]
    status, answer = decide(admins[1], made, "approve")
    assert (status, answer["error"]["code"]) == (409, "insufficient_balance")
    assert admins[0].get(f"{ADJUSTMENTS}/{made['id']}").json()["data"]["adjustment"]["status"] == "pending"


def test_a_key_is_required_and_makes_a_repetition_harmless(admins: tuple[Person, Person]) -> None:
    answer = admins[0].post(ADJUSTMENTS, body(5, -5))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_key_required")
    key = {"Idempotency-Key": new_id()}
    first, second = (request(admins[0], body(5, -5), **key) for _ in range(2))
    assert first.json()["data"] == second.json()["data"]
    other = request(admins[0], body(6, -6), **key)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_mismatch")


def test_a_stale_version_is_refused(admins: tuple[Person, Person]) -> None:
    made = request(admins[0], body(5, -5)).json()["data"]["adjustment"]
    status, answer = decide(admins[1], made, "approve", expectedVersion=9)
    assert (status, answer["error"]["code"]) == (409, "stale_version")
    assert answer["error"]["details"]["version"] == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (body(5, -4), "lines"),
        (body(5), "lines"),
        (body(0, 0), "lines.0.amount"),
        (body(5.001, -5.001), "lines.0.amount"),
        (body(1.5, -1.5, currency="JPY"), "lines.0.amount"),
        (body(1e14, -1e14), "lines.0.amount"),
        (body(9e12, -9e12), "lines.0.amount"),
        (body(5, -5, currency="XXX"), "currency"),
        (body(5, -5, kinds=("purse", "due")), "lines.0.kind"),
        (body(5, -5, owner=""), "lines.0.owner"),
        (body(5, -5, owner="x" * 81), "lines.0.owner"),
        (body(5, -5) | {"reason": " "}, "reason"),
        (body(5, -5) | {"approved": True}, "approved"),
    ],
)
def test_a_malformed_adjustment_is_refused(admins: tuple[Person, Person], given: Json, field: str) -> None:
    answer = request(admins[0], given)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]


def test_amounts_have_the_decimals_of_their_currency(app: Flask, admins: tuple[Person, Person]) -> None:
    for currency, amount, minor in (("JPY", 125, 125), ("KWD", 1.255, 1255)):
        owner = new_id()
        made = request(admins[0], body(amount, -amount, owner=owner, currency=currency))
        shown = made.json()["data"]["adjustment"]
        assert [line["amount"] for line in shown["lines"]] == [amount, -amount]
        assert decide(admins[1], shown, "approve")[0] == 200
        assert balance(app, "losses", owner, currency) == minor


def test_adjustments_are_listed_by_status(world: World, admins: tuple[Person, Person]) -> None:
    made = request(admins[0], body(5, -5)).json()["data"]["adjustment"]
    support = world.staff("support")
    (first, *_) = support.get(f"{ADJUSTMENTS}?status=pending&limit=1").json()["data"]["adjustments"]
    assert (first["id"], first["allowedActions"]) == (made["id"], [])
