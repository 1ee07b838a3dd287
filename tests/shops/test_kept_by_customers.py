"""Addresses and measurements: private, at most 20 each, with one default address; exported and erased."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.shops.customers import queries
from metaia.shops.customers.queries import Address, Measurements
from tests.support.people import PASSWORD, Person, World

HOME: Json = {"label": "Home", "address": "7 Mill Road", "lat": 18.52, "lng": 73.85}
SET: Json = {"name": "Asha", "values": [{"name": "chest", "value": 92.5, "unit": "cm"}]}


def kept(person: Person, kind: str, body: Json) -> Json:
    answer = person.post(f"/api/{kind}", body)
    assert answer.status_code == 201, answer.text
    found: Json = next(iter(answer.json()["data"].values()))
    return found


def test_a_customer_keeps_addresses_of_which_one_is_the_default(world: World) -> None:
    asha = world.person()
    first = kept(asha, "addresses", HOME | {"default": True})
    second = kept(
        asha, "addresses", HOME | {"label": "Office", "default": True, "city": "Pune", "postalCode": "411001"}
    )
    shown = asha.get("/api/addresses").json()["data"]["addresses"]
    assert [(each["id"], each["default"], each["version"]) for each in shown] == [
        (first["id"], False, 2),
        (second["id"], True, 1),
    ]
    path = f"/api/addresses/{first['id']}"
    assert asha.patch(path, {"label": "Old", "expectedVersion": 1}).json()["error"]["code"] == "stale_version"
    once = {"label": "Older", "expectedVersion": 2}
    assert [asha.patch(path, once, headers={"Idempotency-Key": "k"}).status_code for _ in "12"] == [200, 200]
    assert asha.patch(path, {"lat": None, "lng": None}).json()["data"]["address"]["lat"] is None
    assert asha.delete(path).status_code == 200
    assert asha.delete(path).status_code == 404
    order = asha.order(partnerId=world.person("tailor").id, addressId=second["id"])
    assert order["destination"] == {
        "address": "7 Mill Road", "lat": 18.52, "lng": 73.85, "instructions": None, "leaveAtDoor": False,
        "city": "Pune", "postalCode": "411001",
    }  # fmt: skip
    assert (order["fulfilment"], order["customerInfo"]["address"]) == ("delivery", "7 Mill Road")


def test_what_cannot_be_kept(world: World) -> None:
    asha = world.person()
    places: list[Json] = [
        {"lat": 91, "lng": 0}, {"lat": 85.1, "lng": 0}, {"lat": 0, "lng": 180.1}, {"lat": 1}, {"lat": 1, "lng": None},
        {"lat": "NaN", "lng": 0}, {"lat": "1e400", "lng": 0}, {"lat": True, "lng": 0}, {"label": ""},
        {"address": "x" * 501}, {"user_id": asha.id},
    ]  # fmt: skip
    plain = {"label": "Home", "address": "7 Mill Road"}
    for change in places:
        assert asha.post("/api/addresses", plain | change).status_code in (400, 422), change
    sizes = [
        [],
        [{"name": "chest", "value": -1, "unit": "cm"}],
        [{"name": "chest", "value": 1, "unit": "m"}],
        None,
    ]
    for values in sizes:
        assert asha.post("/api/measurements", {"name": "Asha", "values": values}).status_code == 422, values
    for kind, body in (("addresses", HOME), ("measurements", SET)):
        for _ in range(20):
            kept(asha, kind, body)
        assert asha.post(f"/api/{kind}", body).json()["error"]["code"] == "limit_reached"


def test_what_a_customer_keeps_is_exported_and_erased(world: World) -> None:
    asha = world.person()
    kept(asha, "addresses", HOME)
    made = kept(asha, "measurements", SET)
    path = f"/api/measurements/{made['id']}"
    assert asha.patch(path, {"name": "Asha, winter"}).json()["data"]["measurements"]["version"] == 2
    exported = asha.get("/api/auth/export").json()["data"]["export"]
    assert exported["addresses"][0]["address"] == "7 Mill Road"
    assert exported["measurements"][0]["values"] == SET["values"]
    assert asha.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    assert queries.of_user(Address, asha.id) == []
    assert queries.of_user(Measurements, asha.id) == []
