"""Bodies that are refused, above all those that could mean more rows than an admin has seen."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.core.ids import new_id
from metaia.operations import create, schemas
from tests.support.operations import BULK, OPERATIONS, WHY, bulk, counted, finish, ordered, shown
from tests.support.people import Person

ONE = "00000000-0000-4000-8000-000000000000"


def refused(admin: Person, kind: str = "orders", **body: Any) -> Any:
    given = {"action": "complete" if kind == "orders" else "disable", "reason": WHY} | body
    answer = admin.post(
        BULK.format(kind=kind), {key: value for key, value in given.items() if value is not None}
    )
    assert answer.status_code == 422, answer.text
    return answer.json()["error"]["details"]


@pytest.mark.parametrize("kind", ["orders", "users"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filter": {}},
        {"filter": None},
        {"filter": {"all": False}},
        {"filter": {"all": True, "q": "x"}},
        {"filter": {"q": ""}},
        {"filter": {"q": "  "}},
        {"filter": {"unknown": 1}},
        {"filter": []},
        {"ids": []},
        {"ids": ["x"]},
        {"ids": [ONE], "filter": {"all": True}},
        {"ids": [ONE] * 1_001},
        {"ids": [ONE], "reason": None},
        {"ids": [ONE], "reason": " "},
        {"ids": [ONE], "action": "destroy"},
        {"ids": [ONE], "dryRun": "no"},
        {"ids": [ONE], "dryRun": False},
        {"ids": [ONE], "dryRun": False, "expectedCount": 0},
        {"ids": [ONE], "parameters": {"title": "of another action"}},
        {"ids": [ONE], "parameters": {"unknown": 1}},
    ],
)
def test_a_body_that_is_not_exact_is_refused(admin: Person, kind: str, body: dict[str, Any]) -> None:
    assert refused(admin, kind, **body)


@pytest.mark.parametrize(
    ("kind", "action", "parameters"),
    [
        ("orders", "reject", {}),
        ("orders", "reject", {"rejectReason": "boredom"}),
        ("orders", "assign", {"deliveryPartnerId": "x"}),
        ("orders", "note", {}),
        ("orders", "cancel", {"rejectReason": "closed"}),
        ("users", "notify", {"title": "No message"}),
        ("users", "enable", {"message": "Hello"}),
    ],
)
def test_parameters_belong_to_the_action(
    admin: Person, kind: str, action: str, parameters: dict[str, Any]
) -> None:
    assert refused(admin, kind, action=action, ids=[ONE], parameters=parameters)


def test_all_rows_are_meant_only_if_it_is_written(admin: Person) -> None:
    found = bulk(admin, "users", "export", filter={"all": True})
    assert found["count"] == sum(group["count"] for group in found["summary"]["groups"]) > 1


def test_more_items_than_allowed_are_refused(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "MAX_ITEMS", 2)
    error = bulk(admin, "users", "export", status=422, filter={"all": True})
    assert (error["code"], [*error["details"]]) == ("too_many", ["filter"])
    body = {"filter": {"all": True}, "dryRun": False, "expectedCount": 3}
    assert bulk(admin, "users", "export", status=422, **body)["code"] == "too_many"
    assert schemas.MAX_ITEMS == 50_000


def test_a_repeated_id_is_one_item(admin: Person) -> None:
    operation = ordered(admin, "orders", "complete", [ONE, ONE.upper(), ONE])
    finish(operation)
    assert counted(shown(admin, operation)) == ("completed", 1, 0, 1)


def test_a_repeated_request_orders_one_operation(admin: Person) -> None:
    body = {"action": "complete", "ids": [ONE], "reason": WHY, "dryRun": False, "expectedCount": 1}
    headers = {"Idempotency-Key": new_id()}
    answers = [admin.post(BULK.format(kind="orders"), body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    first, second = (answer.json()["data"]["operation"]["id"] for answer in answers)
    assert first == second
    listed = admin.get(OPERATIONS, params={"actorId": admin.id}).json()["data"]["operations"]
    assert [each["id"] for each in listed] == [first]


def test_a_dry_run_with_a_key_changes_nothing(admin: Person, orders) -> None:
    (order,) = orders(1)
    body = {"action": "cancel", "ids": [order["id"]], "reason": WHY}
    for _ in range(2):
        answer = admin.post(BULK.format(kind="orders"), body, headers={"Idempotency-Key": "a key"})
        assert answer.json()["data"]["operation"]["summary"]["ok"] == 1
    assert admin.get(f"/api/orders/{order['id']}").json()["data"]["order"]["version"] == order["version"]
