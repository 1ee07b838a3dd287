"""Own fleets of partners: invitations, their withdrawal, and what neither side learns."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from metaia.core import db
from metaia.couriers.fleets import service
from metaia.notifications.models import NotificationRow
from tests.support.people import Person, World

FLEET = "/api/partners/me/couriers"


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("tailor")


@pytest.fixture
def courier(world: World) -> Person:
    return world.person("delivery")


def invite(shop: Person, email: str, what: str = "") -> Any:
    answer = shop.post(f"{FLEET}{what}", {"email": email})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["couriers"]


def of(courier: Person) -> list[tuple[str, str]]:
    fleets = courier.get("/api/couriers/me/fleets").json()["data"]["fleets"]
    return [(each["partnerId"], each["state"]) for each in fleets]


def test_an_open_invitation_is_withdrawn(shop: Person, courier: Person) -> None:
    screen, office, email = courier.socket(), shop.socket(), courier.user["email"]
    assert invite(shop, email) == []
    assert of(courier) == [(shop.id, "invited")]
    assert invite(shop, email.upper(), "/withdraw") == []
    assert of(courier) == []
    assert courier.put(f"/api/couriers/me/fleets/{shop.id}").status_code == 404
    changes = screen.wait("fleet:changed", 2)
    assert [(each["partnerId"], each["state"]) for each in changes] == [(shop.id, "invited"), (shop.id, None)]
    assert office.of("fleet:changed") == []  # it states that the address has an account


def test_a_courier_that_has_agreed_stays(shop: Person, courier: Person) -> None:
    office = shop.socket()
    invite(shop, courier.user["email"])
    for _ in range(2):
        assert courier.put(f"/api/couriers/me/fleets/{shop.id}").ok
    assert [each["courierId"] for each in invite(shop, courier.user["email"], "/withdraw")] == [courier.id]
    assert of(courier) == [(shop.id, "active")]
    assert courier.delete(f"/api/couriers/me/fleets/{shop.id}").ok
    changes = office.wait("fleet:changed", 2)
    assert [(each["courierId"], each["state"]) for each in changes] == [
        (courier.id, "active"),
        (courier.id, None),
    ]


def test_the_answer_does_not_show_which_addresses_have_accounts(
    world: World, shop: Person, courier: Person
) -> None:
    other = world.person("tailor")
    invite(other, courier.user["email"])
    invite(shop, courier.user["email"])
    for email in ("nobody@test.example", world.person().user["email"], courier.user["email"]):
        assert invite(shop, email, "/withdraw") == [], email
    assert of(courier) == [(other.id, "invited")]
    for bad in ({}, {"email": "x"}, {"email": 7}, {"email": "a" * 300 + "@test.example"}):
        assert shop.post(f"{FLEET}/withdraw", bad).status_code == 422
    assert courier.post(f"{FLEET}/withdraw", {"email": "x@test.example"}).status_code == 403


def test_a_withdrawn_invitation_is_not_sent_any_more(shop: Person, courier: Person) -> None:
    invite(shop, courier.user["email"])
    row = NotificationRow
    columns = (row.id.label("notification_id"), row.user_id, row.data)
    sent = db.fetch_all(select(*columns).where(row.user_id == courier.id, row.type == "fleet_invitation"))
    assert service.still_invited(sent) == {each.notification_id for each in sent} != set()
    invite(shop, courier.user["email"], "/withdraw")
    assert service.still_invited(sent) == set()
    assert service.still_invited([]) == set()
