"""The couriers that partners and admins can assign to orders."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from metaia.core.ids import new_id
from metaia.core.redis import connect
from metaia.presence import service as presence_service
from metaia.presence.leases import Leases
from tests.support.people import Person, World

PATH = "/api/users/couriers"
Json = dict[str, Any]


def couriers(person: Person, **query: Any) -> list[Json]:
    """Return the couriers that a person sees, page by page."""
    found: list[Json] = []
    while True:
        answer = person.get(PATH, params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]["couriers"]
        if (cursor := answer.json()["meta"]["nextCursor"]) is None:
            return found
        query["cursor"] = cursor


def courier(world: World, name: str) -> Person:
    person = world.person("delivery")
    answer = person.patch("/api/auth/me", {"name": name})
    assert answer.status_code == 200, answer.text
    return person


@pytest.mark.parametrize("role", ["tailor", "vendor", "admin"])
def test_each_courier_is_listed_without_contact_data(app: Flask, world: World, role: str) -> None:
    asking = world.staff(role) if role == "admin" else world.person(role)
    mark = new_id()[-12:]
    online, offline = courier(world, f"Asha {mark}"), courier(world, f"Biju {mark}")
    presence_service.of(app).leases.renew([f"delivery {online.id}"])
    assert couriers(asking, q=mark) == [
        {"id": online.id, "name": f"Asha {mark}", "status": "online"},
        {"id": offline.id, "name": f"Biju {mark}", "status": "offline"},
    ]


def test_couriers_come_in_pages_by_name(world: World) -> None:
    mark = new_id()[-12:]
    for name in ("C", "a", "B"):
        courier(world, f"{mark} {name}")
    found = [one["name"] for one in couriers(world.person("tailor"), q=mark, limit=1)]
    assert sorted(found) == sorted(f"{mark} {name}" for name in ("a", "B", "C"))
    assert len(found) == 3


def test_other_roles_and_contact_data_are_not_searched(world: World) -> None:
    person, tailor = world.person("delivery"), world.person("tailor")
    assert couriers(tailor, q=person.user["email"]) == []
    assert couriers(tailor, q=tailor.user["name"][:100], limit=100) == [
        one for one in couriers(tailor, limit=100) if tailor.user["name"].lower() in one["name"].lower()
    ]


def test_a_courier_that_left_is_not_listed(world: World) -> None:
    mark = new_id()[-12:]
    person = courier(world, f"Ravi {mark}")
    body = {"active": False, "reason": "Moved away", "expectedVersion": 2}
    answer = world.staff("admin").patch(f"/api/admin/users/{person.id}", body)
    assert answer.status_code == 200, answer.text
    assert couriers(world.person("tailor"), q=mark) == []


def test_without_redis_couriers_are_listed_without_a_status(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, tailor = new_id()[-12:], world.person("tailor")
    person = courier(world, f"Ravi {mark}")
    monkeypatch.setattr(presence_service.of(app), "leases", Leases(connect("redis://127.0.0.1:1")))
    assert couriers(tailor, q=mark) == [{"id": person.id, "name": f"Ravi {mark}", "status": None}]


@pytest.mark.parametrize(
    "query", [{"q": ""}, {"q": "x" * 101}, {"limit": "0"}, {"cursor": "x"}, {"role": "customer"}]
)
def test_a_bad_query_is_refused(world: World, query: Json) -> None:
    assert world.person("tailor").get(PATH, params=query).status_code == 422


def test_a_partner_assigns_a_courier_of_the_list(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    mark = new_id()[-12:]
    courier(world, f"Ravi {mark}")
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    tailor.act(order, "ready")
    chosen = couriers(tailor, q=mark)[0]["id"]
    assert tailor.act(order, "assign", deliveryPartnerId=chosen)["deliveryPartnerId"] == chosen
