"""Which users are online, offline or busy, and which clients are notified."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from metaia.core.access.actor import PARTNERS, ROLES, STAFF, Actor
from metaia.core.ids import new_id
from metaia.core.redis import connect
from metaia.presence import leases, policy
from metaia.presence import publish as presence_publish
from metaia.presence import service as presence_service
from metaia.presence.leases import Leases
from metaia.presence.service import Presence
from metaia.realtime.clients import connections
from metaia.realtime.gateways import requested_rooms
from tests.support.people import PASSWORD, Person, Socket, World
from tests.support.waiting import until

Json = dict[str, Any]
PATH = "/api/presence"


@pytest.fixture
def present(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Presence:
    """Give the process's presence, whose rounds run only when a test calls them."""
    found = presence_service.of(app)
    monkeypatch.setattr(found, "round", lambda: None)
    return found


def do_round(present: Presence) -> None:
    Presence.round(present)


def lease_of(person: Person) -> str:
    return f"{person.user['role']} {person.id}"


def expire_leases(present: Presence, *people: Person) -> None:
    """Let leases expire, as after a process was killed that renewed them."""
    present.leases.redis.zadd(leases.KEY, {lease_of(person): time.time() - 1 for person in people})


def statuses_of(screen: Socket, partner: Person) -> list[str]:
    """Return the statuses of a partner that a screen has received so far."""
    assert (
        screen.ask("are_you_there")["error"]["code"] == "unknown_event"
    )  # all that was sent before has arrived
    return [e["status"] for e in screen.of("tailor_status_update") if e["partnerId"] == partner.id]


def listed(person: Person, **query: Any) -> dict[str, Json]:
    """Return all users whom a person sees, by id, page by page."""
    found: list[Json] = []
    params: Json = {"limit": 100} | query
    while True:
        answer = person.get(PATH, params=params)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]["presences"]
        if (cursor := answer.json()["meta"]["nextCursor"]) is None:
            assert len({entry["userId"] for entry in found}) == len(found)
            return {entry["userId"]: entry for entry in found}
        params["cursor"] = cursor


def test_a_connected_partner_is_online_and_offline_after_the_lease(present: Presence, world: World) -> None:
    admin, customer, tailor = world.staff().socket(), world.person(), world.person("tailor")
    screen = customer.socket()
    assert screen.ask("join_partner_room", tailor.id)["data"]["status"] == "offline"
    device = tailor.socket()
    do_round(present)
    do_round(present)  # the second round finds no change
    assert statuses_of(screen, tailor) == ["online"]
    device.close()
    until(lambda: lease_of(tailor) not in connections.users())
    expire_leases(present, tailor)
    do_round(present)
    assert statuses_of(screen, tailor) == ["online", "offline"]
    received = [e for e in admin.of("user:status_change") if e["userId"] == tailor.id]
    assert received == [
        {"userId": tailor.id, "role": "tailor", "status": status} for status in ("online", "offline")
    ]
    assert screen.of("user:status_change") == []


def test_a_killed_process_leaves_no_user_online(present: Presence, world: World) -> None:
    tailor = world.person("tailor")
    assert present.leases.renew([lease_of(tailor)]) == [lease_of(tailor)]
    assert present.leases.renew([lease_of(tailor)]) == []
    assert lease_of(tailor) not in present.leases.end_expired()
    expire_leases(present, tailor)
    assert present.of_partner(tailor.id) == "offline"
    assert tailor.id not in listed(world.staff())
    assert lease_of(tailor) in present.leases.end_expired()
    assert lease_of(tailor) not in present.leases.end_expired()
    assert present.leases.renew([lease_of(tailor)]) == [lease_of(tailor)]


def test_more_leases_than_fit_into_one_command_are_renewed_and_ended(
    present: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "BATCH", 3)
    people = [f"customer {new_id()}" for _ in range(7)]
    assert present.leases.renew(people) == people
    present.leases.redis.zadd(leases.KEY, dict.fromkeys(people, 1))
    assert set(people) <= set(present.leases.end_expired())
    assert set(present.leases.statuses(people)) == {"offline"}


@pytest.mark.parametrize("way", ["socket", "rest"])
def test_a_partner_sets_their_status_to_busy_and_to_online_again(
    present: Presence, world: World, way: str
) -> None:
    tailor, customer = world.person("tailor"), world.person()
    device, screen, admin = tailor.socket(), customer.socket(), world.staff().socket()
    do_round(present)
    screen.ask("join_partner_room", tailor.id)
    for status in ("busy", "online"):
        shown = {"userId": tailor.id, "role": "tailor", "status": status}
        if way == "rest":
            assert tailor.put(PATH, {"status": status}).json()["data"] == {"presence": shown}
        else:
            assert device.ask("presence:set", {"status": status}) == {"ok": True, "data": shown}
        assert listed(customer)[tailor.id] == shown
        assert present.of_partner(tailor.id) == status
    assert statuses_of(screen, tailor)[-2:] == ["busy", "online"]
    assert statuses_of(device, tailor)[-2:] == [
        "busy",
        "online",
    ]  # so that the partner's other devices show it
    assert statuses_of(admin, tailor)[-2:] == ["busy", "online"]
    changes = [e["status"] for e in admin.of("user:status_change") if e["userId"] == tailor.id]
    assert changes == ["online"]  # being busy is not a change of being online


def test_busy_survives_a_kill_and_a_second_device_until_the_lease_ends(
    present: Presence, world: World
) -> None:
    tailor = world.person("tailor")
    tailor.socket().ask("presence:set", "busy")
    tailor.socket()
    do_round(present)
    assert present.of_partner(tailor.id) == "busy"
    other_process = Leases(present.leases.redis)
    assert other_process.renew([lease_of(tailor)]) == []
    assert other_process.statuses([lease_of(tailor)]) == ["busy"]
    expire_leases(present, tailor)
    assert present.of_partner(tailor.id) == "offline"
    assert lease_of(tailor) in present.leases.end_expired()
    assert present.leases.renew([lease_of(tailor)]) == [lease_of(tailor)]
    assert present.of_partner(tailor.id) == "online"


def test_a_busy_partner_without_connection_is_listed_for_one_lease(present: Presence, world: World) -> None:
    tailor, admin = world.person("tailor"), world.staff().socket()
    assert tailor.put(PATH, {"status": "busy"}).status_code == 200
    assert statuses_of(admin, tailor) == ["busy"]
    assert [e["status"] for e in admin.of("user:status_change") if e["userId"] == tailor.id] == ["online"]
    expire_leases(present, tailor)
    do_round(present)
    assert statuses_of(admin, tailor) == ["busy", "offline"]


def test_an_impersonated_partner_is_not_online(present: Presence, world: World) -> None:
    tailor = world.person("tailor")
    screen = tailor.socket()
    (client,) = [each for each in connections.open_connections.values() if each.actor.id == tailor.id]
    assert lease_of(tailor) in connections.users()
    client.actor = replace(client.actor, impersonator=new_id())
    assert lease_of(tailor) not in connections.users()
    assert screen.ask("presence:set", "busy")["error"]["code"] == "read_only"
    assert present.of_partner(tailor.id) == "offline"


BAD: list[Any] = [
    {},
    {"status": "offline"},
    {"status": "away"},
    {"status": None},
    {"status": ["busy"]},
    [],
    7,
]


@pytest.mark.parametrize("given", [*BAD, {"status": "busy", "more": 1}], ids=str)
def test_an_unknown_status_is_invalid(world: World, given: Any) -> None:
    vendor = world.person("vendor")
    answer = vendor.put(PATH, given)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    answered = vendor.socket().ask("presence:set", given)
    assert answered["error"]["code"] == "invalid"


@pytest.mark.parametrize("role", ["customer", "delivery", "admin"])
def test_only_partners_are_busy(world: World, role: str) -> None:
    person = world.staff(role) if role in STAFF else world.person(role)
    assert person.put(PATH, {"status": "busy"}).status_code == 403
    assert person.socket().ask("presence:set", "busy")["error"]["code"] == "forbidden"
    assert world.call("PUT", PATH, json={"status": "busy"}).status_code == 401


def test_a_partners_status_reaches_only_the_users_it_concerns(present: Presence, world: World) -> None:
    tailor, waiting, done = world.person("tailor"), world.person(), world.person()
    waiting.order(partnerId=tailor.id)
    done.act(done.order(partnerId=tailor.id), "cancel")
    watching, left = world.person().socket(), world.person().socket()
    for screen in (watching, left):
        assert screen.ask("join_partner_room", {"partnerId": tailor.id})["ok"]
    assert left.ask("leave_partner_room", {"partner_id": tailor.id})["data"]["room"] == f"partner-{tailor.id}"
    concerned = [watching, waiting.socket(), tailor.socket(), world.staff("support").socket()]
    concerned += [done.socket(), world.person().socket()]  # customers lease_of have not chosen
    chosen = done.socket()
    assert chosen.ask("join_partner_room", world.person("vendor").id)["ok"]
    others = [left, chosen, *(world.person(role).socket() for role in ("vendor", "delivery"))]
    tailor.put(PATH, {"status": "busy"})
    for screen in concerned:
        assert statuses_of(screen, tailor)[-1:] == ["busy"]
    for screen in others:
        assert statuses_of(screen, tailor) == []


def test_the_watchers_of_each_domain_get_a_partners_status(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tailor, ordered, booked, other = world.person("tailor"), *(world.person() for _ in range(3))
    ordered.order(partnerId=tailor.id)
    watchers = presence_publish.watchers
    registered = dict(watchers.of(app))
    monkeypatch.setitem(app.extensions, "metaia.partner_watchers", registered)  # only for this test
    watchers.register(app, "bookings", lambda partner: [booked.id] if partner == tailor.id else [])
    with pytest.raises(ValueError, match="'bookings' is registered twice"):
        watchers.register(app, "bookings", lambda _: [])
    screens = [person.socket() for person in (ordered, booked, other)]
    for screen in screens:
        assert screen.ask("join_partner_room", world.person("vendor").id)["ok"]  # no longer of all partners
    tailor.put(PATH, {"status": "busy"})
    assert [statuses_of(screen, tailor) for screen in screens] == [["busy"], ["busy"], []]


def test_without_the_database_a_partners_followers_still_get_the_status(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: str) -> list[str]:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setitem(presence_publish.watchers.of(app), "orders", away)
    tailor, screen = world.person("tailor"), world.person().socket()
    screen.ask("join_partner_room", tailor.id)
    assert tailor.put(PATH, {"status": "busy"}).status_code == 200
    assert statuses_of(screen, tailor) == ["busy"]


@pytest.mark.parametrize("role", ["tailor", "vendor", "delivery"])
def test_partners_and_couriers_may_not_follow_a_partner_but_themselves(world: World, role: str) -> None:
    person, tailor = world.person(role), world.person("tailor")
    screen = person.socket()
    assert screen.ask("join_partner_room", tailor.id)["error"]["code"] == "forbidden"
    own = screen.ask("join_partner_room", person.id)
    assert own["error"]["code"] == "not_found" if role == "delivery" else own["ok"]


def test_a_user_who_is_no_partner_cannot_be_followed(world: World) -> None:
    screen = world.person().socket()
    closed = world.person("vendor")
    assert closed.post("/api/auth/deactivate", {"password": PASSWORD}).status_code in {200, 204}
    for nobody in (world.person().id, world.person("delivery").id, closed.id, new_id()):
        assert screen.ask("join_partner_room", nobody)["error"]["code"] == "not_found"
    assert screen.ask("join_partner_room", world.person("vendor").id)["ok"]


@pytest.mark.parametrize("given", ["no id", "", 17, None, {}, ["a"], {"partnerId": "x" * 10_000}], ids=repr)
def test_an_invalid_partner_id_is_refused(world: World, given: Any) -> None:
    screen = world.person().socket()
    for name in ("join_partner_room", "leave_partner_room"):
        assert screen.ask(name, given)["error"]["code"] == "invalid"


def test_a_connection_is_in_so_many_rooms_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requested_rooms, "MAX_ROOMS", 6)  # with its own, its user's, its role's, everyone's
    screen, (first, second, third) = world.person().socket(), (world.person("tailor").id for _ in range(3))
    assert screen.ask("join_partner_room", first)["ok"]
    assert screen.ask("join_partner_room", second)["ok"]
    assert screen.ask("join_partner_room", third)["error"]["code"] == "too_many_rooms"
    assert screen.ask("join_partner_room", second)["ok"]
    assert screen.ask("leave_partner_room", first)["ok"]
    assert screen.ask("join_partner_room", third)["ok"]


def test_without_redis_presence_is_unavailable(
    present: Presence, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tailor, screen = world.person("tailor"), world.person().socket()
    assert screen.ask("join_partner_room", world.person("vendor").id)[
        "ok"
    ]  # it follows the partners that it chose
    with monkeypatch.context() as patch:
        patch.setattr(present, "leases", Leases(connect("redis://127.0.0.1:1")))
        for answer in (tailor.put(PATH, {"status": "busy"}), tailor.get(PATH)):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "1"
        assert screen.ask("join_partner_room", tailor.id)["error"]["code"] == "unavailable"
    tailor.put(PATH, {"status": "busy"})
    assert statuses_of(screen, tailor) == []  # it did not join the room


def test_customers_see_partners_staff_see_all_and_others_see_themselves(
    present: Presence, world: World
) -> None:
    people = [world.person(role) for role in ("customer", "tailor", "vendor", "delivery")]
    customer, tailor, vendor, courier = people
    support = world.staff("support")
    present.leases.renew([lease_of(person) for person in (*people, support)])
    sees = {person.id: listed(person) for person in (*people, support)}
    assert {p.id for p in people} & sees[customer.id].keys() == {tailor.id, vendor.id}
    assert {entry["role"] for entry in sees[customer.id].values()} <= PARTNERS
    assert {p.id for p in (*people, support)} <= sees[support.id].keys()
    for person in (tailor, vendor, courier):
        assert sees[person.id] == {
            person.id: {"userId": person.id, "role": person.user["role"], "status": "online"}
        }
    assert set(listed(customer, role="vendor")) & {p.id for p in people} == {vendor.id}
    assert listed(customer, role="customer") == {}
    assert listed(courier, role="tailor") == {}
    assert {entry["role"] for entry in listed(support, role="admin").values()} <= {"admin"}
    assert world.call("GET", PATH).status_code == 401


def test_pages_of_the_list_stay_consistent_while_users_change(present: Presence, world: World) -> None:
    staff = world.staff()
    before, *people = (f"delivery {new_id()}" for _ in range(6))  # new ids are greater than older ones

    def page(cursor: str) -> tuple[list[str], str | None]:
        answer = staff.get(PATH, params={"limit": 2, "role": "delivery", "cursor": cursor}).json()
        there = [f"delivery {entry['userId']}" for entry in answer["data"]["presences"]]
        return there, answer["meta"]["nextCursor"]

    present.leases.renew(people)
    first, cursor = page(before)
    assert first == people[:2]
    present.leases.redis.zadd(leases.KEY, {people[1]: 1, people[3]: 1})
    present.leases.end_expired()
    assert page(cursor or "") == ([people[2], people[4]], None)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"role": "king"},
        {"cursor": "garbage"},
        {"cursor": "tailor " + "x" * 36},
        {"cursor": "tailor 01a21bfe-1e01-76de-838a-3e6ef646de7f\n"},
        {"sort": "role"},
    ],
    ids=str,
)
def test_an_invalid_query_is_refused(world: World, query: Json) -> None:
    answer = world.person().get(PATH, params=query)
    assert answer.status_code == 422
    assert set(answer.json()["error"]["details"]) == set(query)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_visible_roles_by_role(role: str) -> None:
    actor = Actor("me", role, "session", 0)
    for other in sorted(ROLES):
        seen = policy.visible(actor, other)
        expected = role in STAFF or (role == "customer" and other in PARTNERS)
        own = [f"{role} me"] if role not in {"customer", *STAFF} and role == other else []
        assert seen == ([f"{other} "] if expected else own)
    assert policy.may_follow(actor, "other") is (role in {"customer", *STAFF})
    assert policy.may_follow(actor, "me")
