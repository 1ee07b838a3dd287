"""What staff see of the books, and how they reverse a posting and run the auditor."""

from __future__ import annotations

import pytest
from flask import Flask

from metaia.core.ids import new_id
from metaia.ledger.audit import jobs
from tests.ledger.conftest import Books
from tests.support.people import Person, World

BOOKS = "/api/admin/finance"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def books(app: Flask) -> Books:
    with app.app_context():
        made = Books()
        made.move("gateway", "due", 125_050)
        made.move("due", "partner", 25_050)
    return made


def test_accounts_show_their_balances_in_major_units(admin: Person, books: Books) -> None:
    answer = admin.get(f"{BOOKS}/accounts?owner={books.name}&limit=2")
    first, cursor = answer.json()["data"]["accounts"], answer.json()["meta"]["nextCursor"]
    second = admin.get(f"{BOOKS}/accounts?owner={books.name}&limit=2&cursor={cursor}").json()["data"][
        "accounts"
    ]
    balances = {each["kind"]: each["balance"] for each in (*first, *second)}
    assert balances == {"gateway": 1250.5, "due": 1000, "partner": 250.5}
    assert first[0]["id"] == books.account(first[0]["kind"]).id


def test_a_posting_shows_its_entries_and_cause(admin: Person, books: Books) -> None:
    account = books.account("partner").id
    (posting,) = admin.get(f"{BOOKS}/postings?accountId={account}").json()["data"]["postings"]
    assert [(each["kind"], each["amount"]) for each in posting["entries"]] == [
        ("due", 250.5),
        ("partner", -250.5),
    ]
    assert posting["reversedBy"] is None
    shown = admin.get(f"{BOOKS}/postings/{posting['id']}").json()["data"]["posting"]
    assert [(link["type"], link["id"]) for link in shown.pop("chain")] == [("posting", posting["id"])]
    assert shown == posting


def test_a_reversal_names_its_request_and_happens_once(admin: Person, books: Books) -> None:
    account = books.account("partner").id
    (posting,) = admin.get(f"{BOOKS}/postings?accountId={account}").json()["data"]["postings"]
    path, reason = f"{BOOKS}/postings/{posting['id']}/reverse", {"reason": "booked twice"}
    request_id = new_id()
    done = admin.post(path, reason, headers={"X-Request-ID": request_id})
    assert done.status_code == 201
    reversal = done.json()["data"]["posting"]
    assert reversal["reverses"] == posting["id"]
    assert reversal["cause"] == [{"type": "request", "id": request_id}]
    again = admin.post(path, reason)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_reversed")
    assert (
        admin.get(f"{BOOKS}/postings/{posting['id']}").json()["data"]["posting"]["reversedBy"]
        == reversal["id"]
    )
    entries = admin.get(f"/api/admin/audit?subject=posting-{posting['id']}").json()["data"]["entries"]
    assert [each["action"] for each in entries] == ["posting.reversed"]


def test_money_that_is_spent_is_not_reversed(admin: Person, books: Books) -> None:
    account = books.account("gateway").id
    (posting,) = admin.get(f"{BOOKS}/postings?accountId={account}").json()["data"]["postings"]
    answer = admin.post(f"{BOOKS}/postings/{posting['id']}/reverse", {"reason": "a mistake"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "insufficient_balance")


@pytest.mark.parametrize(
    "query",
    ["kind=purse", "currency=XXX", "cursor=forged", "limit=0", "accountId=1", "from=yesterday", "q=1"],
)
def test_a_malformed_query_is_refused(admin: Person, query: str) -> None:
    for path in ("accounts", "postings"):
        assert admin.get(f"{BOOKS}/{path}?{query}").status_code in (
            {422} if query != "kind=purse" else {200, 422}
        )


def test_a_requested_audit_is_performed_by_a_worker(app: Flask, admin: Person, books: Books) -> None:
    answer = admin.post("/api/finance/audit/run", {"full": False})
    assert answer.status_code == 202
    run_id = answer.json()["data"]["auditId"]
    assert admin.post("/api/finance/audit/run", {"full": False}).json()["data"]["auditId"] == run_id
    assert admin.get("/api/finance/audit").json()["data"]["running"] is True
    with app.app_context():
        assert jobs.run(run_id) == 0
    found = admin.get("/api/finance/audit").json()["data"]
    assert found["findings"] == []
    assert found["checkedAt"] is not None
