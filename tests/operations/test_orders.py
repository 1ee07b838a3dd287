"""Bulk actions on orders: dry runs, operations, and what becomes of each order."""

from __future__ import annotations

import pytest

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.operations.conftest import Orders
from tests.support.operations import WHY, bulk, counted, done, finish, ordered, results
from tests.support.people import Person, World


def ids_of(orders: list[Json]) -> list[str]:
    return [order["id"] for order in orders]


def status(person: Person, order_id: str) -> str:
    return str(person.get(f"/api/orders/{order_id}").json()["data"]["order"]["status"])


def timeline(person: Person, order_id: str) -> list[Json]:
    found: list[Json] = person.get(f"/api/orders/{order_id}/timeline").json()["data"]["timeline"]
    return found


def test_a_dry_run_shows_each_outcome_and_changes_nothing(
    admin: Person, buyer: Person, orders: Orders
) -> None:
    pending, accepted = orders(2), orders(1, "accept")
    unknown = new_id()
    shown = bulk(admin, "orders", "reject", ids=[*ids_of(pending + accepted), unknown],
                 parameters={"rejectReason": "closed"})  # fmt: skip
    assert (shown["id"], shown["count"]) == (None, 4)
    by_id = {each["id"]: each for each in shown["results"]}
    first = by_id[pending[0]["id"]]
    assert (first["ok"], first["title"]) == (True, pending[0]["orderNumber"])
    assert (first["before"]["status"], first["after"]["status"]) == ("pending", "rejected")
    assert by_id[accepted[0]["id"]]["error"]["code"] == "illegal_transition"
    assert by_id[unknown]["error"]["code"] == "not_found"
    summary = shown["summary"]
    assert (summary["tried"], summary["ok"], summary["failed"]) == (4, 2, 2)
    assert {each["code"] for each in summary["errors"]} == {"illegal_transition", "not_found"}
    assert summary["groups"] == [{"value": "accepted", "count": 1}, {"value": "pending", "count": 2}]
    assert {status(buyer, order["id"]) for order in pending} == {"pending"}
    assert [step["action"] for step in timeline(buyer, pending[0]["id"])] == ["create"]
    assert admin.get("/api/admin/operations", params={"actorId": admin.id}).json()["data"]["operations"] == []


def test_an_operation_does_each_order_the_ordinary_way(
    admin: Person, buyer: Person, tailor: Person, orders: Orders
) -> None:
    screen, mine = buyer.socket(), admin.socket()
    accepted, pending = orders(2, "accept"), orders(1)
    operation = ordered(admin, "orders", "complete", ids_of(accepted + pending))
    assert counted(operation) == ("queued", 3, 0, 0)
    ready = tailor.act(accepted[0], "ready")
    finish(operation)
    found = results(admin, operation)
    assert found[ready["id"]]["ok"] is True
    assert found[ready["id"]]["after"]["status"] == "completed"
    assert found[pending[0]["id"]]["error"]["code"] == "illegal_transition"
    last = timeline(buyer, ready["id"])[-1]
    assert (last["action"], last["actorId"], last["actorRole"]) == ("complete", admin.id, "admin")
    screen.wait(
        "order_update", where=lambda data: (data["orderId"], data["status"]) == (ready["id"], "completed")
    )
    event = mine.wait("system:operation", where=lambda data: data["state"] == "completed")[-1]
    assert (event["operationId"], event["done"], event["failed"]) == (operation["id"], 1, 2)


def test_a_cancellation_notifies_the_parties_but_not_with_the_reason(
    admin: Person, buyer: Person, orders: Orders, entries
) -> None:
    (order,) = orders(1)
    operation = done(admin, "orders", "cancel", [order["id"]], parameters={"message": "Sorry, a flood."})
    assert counted(operation) == ("completed", 1, 1, 0)
    after = buyer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert (after["status"], after["message"]) == ("cancelled", "Sorry, a flood.")
    listed = buyer.get("/api/notifications").json()["data"]["notifications"]
    assert "order_cancelled" in {each["type"] for each in listed}
    assert WHY not in str(timeline(buyer, order["id"]))
    (entry,) = entries(f"order-{order['id']}", action="order.cancel")
    assert (entry["actorId"], entry["requestId"]) == (admin.id, operation["id"])
    (entry,) = entries(f"operation-{operation['id']}", action="operation.created")
    assert (entry["after"]["reason"], entry["after"]["total"]) == (WHY, 1)


def test_assignments_fail_one_by_one(admin: Person, world: World, orders: Orders) -> None:
    courier, tailor = world.person("delivery"), world.person("tailor")
    ready = orders(2, "accept", "ready")
    ids = ids_of(ready)
    operation = done(admin, "orders", "assign", ids, parameters={"deliveryPartnerId": courier.id})
    assert counted(operation) == ("completed", 2, 2, 0)
    assert {each["after"]["deliveryPartnerId"] for each in results(admin, operation).values()} == {courier.id}
    operation = done(admin, "orders", "assign", ids, parameters={"deliveryPartnerId": tailor.id})
    assert counted(operation) == ("completed", 2, 0, 2)
    assert {each["error"]["code"] for each in results(admin, operation, ok=False).values()} == {"invalid"}


def test_a_note_stands_in_the_timeline_of_any_status(admin: Person, buyer: Person, orders: Orders) -> None:
    (pending,), (rejected,) = orders(1), orders(1)
    done(admin, "orders", "reject", [rejected["id"]], parameters={"rejectReason": "closed"})
    ids = [pending["id"], rejected["id"]]
    operation = done(admin, "orders", "note", ids, parameters={"message": "Checked by phone."})
    assert counted(operation) == ("completed", 2, 2, 0)
    for order_id in ids:
        last = timeline(buyer, order_id)[-1]
        assert (last["action"], last["note"]) == ("note", "Checked by phone.")
        assert last["status"] == last["previousStatus"]


def test_a_filter_is_that_of_the_list(admin: Person, buyer: Person, orders: Orders) -> None:
    pending, accepted = orders(2), orders(1, "accept")
    mine = {"customerId": buyer.id}
    assert bulk(admin, "orders", "cancel", filter=mine)["count"] == 3
    shown = bulk(admin, "orders", "cancel", filter=mine | {"status": ["pending"]})
    assert {each["id"] for each in shown["results"]} == {*ids_of(pending)}
    body = {"filter": mine | {"status": ["pending"]}, "dryRun": False}
    error = bulk(admin, "orders", "cancel", status=409, expectedCount=3, **body)
    assert (error["code"], error["details"]) == ("count_changed", {"count": 2})
    operation = bulk(admin, "orders", "cancel", status=202, expectedCount=2, **body)
    assert operation["filter"] == mine | {"status": ["pending"]}
    later = orders(1)  # after the ids were fixed
    finish(operation)
    assert [status(buyer, order["id"]) for order in (*pending, *accepted, *later)] == [
        "cancelled", "cancelled", "accepted", "pending",
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["M999999999", "nothing-matches"])
def test_a_filter_without_matches_orders_nothing(admin: Person, words: str) -> None:
    shown = bulk(admin, "orders", "cancel", filter={"q": words})
    assert (shown["count"], shown["results"]) == (0, [])
