"""Bulk actions on users, for those that the admin may change one by one too."""

from __future__ import annotations

from collections.abc import Callable

from metaia.core.json import Json
from tests.support.operations import WHY, bulk, counted, done, results
from tests.support.people import PASSWORD, Person, World

Entries = Callable[..., list[Json]]


def codes(found: dict[str, Json]) -> dict[str, str | None]:
    return {item_id: each["error"] and each["error"]["code"] for item_id, each in found.items()}


def logs_in(world: World, person: Person) -> bool:
    body = {"email": person.user["email"], "password": PASSWORD}
    return world.call("POST", "/api/auth/login", json=body).status_code == 200


def test_users_are_disabled_and_enabled_again(world: World, admin: Person, entries: Entries) -> None:
    people = [world.person(), world.person("tailor")]
    ids = [person.id for person in people]
    operation = done(admin, "users", "disable", ids)
    assert counted(operation) == ("completed", 2, 2, 0)
    assert [logs_in(world, person) for person in people] == [False, False]
    shown = results(admin, operation)[ids[0]]
    assert (shown["title"], shown["before"]["active"], shown["after"]["active"]) == (
        "Customer Person",
        True,
        False,
    )
    (entry,) = entries(f"user-{ids[0]}", action="account.disabled")
    assert (entry["actorId"], entry["after"]["reason"], entry["requestId"]) == (
        admin.id,
        WHY,
        operation["id"],
    )
    done(admin, "users", "enable", ids)
    assert [logs_in(world, person) for person in people] == [True, True]


def test_no_admin_changes_themselves_or_other_admins(world: World, admin: Person, boss: Person) -> None:
    other, customer = world.staff("admin"), world.person()
    ids = [admin.id, other.id, boss.id, customer.id]
    for action in ("disable", "end-sessions", "verify-email"):
        shown = bulk(admin, "users", action, ids=ids)
        found = codes({each["id"]: each for each in shown["results"]})
        assert found == {**dict.fromkeys(ids[:3], "forbidden"), customer.id: None}, action
    operation = done(admin, "users", "end-sessions", ids)
    assert counted(operation) == ("completed", 4, 1, 3)
    assert admin.get("/api/auth/me").status_code == other.get("/api/auth/me").status_code == 200
    operation = done(boss, "users", "end-sessions", [boss.id, other.id])
    assert codes(results(boss, operation)) == {boss.id: "forbidden", other.id: None}


def test_a_dry_run_ends_no_session_and_sends_no_message(world: World, admin: Person) -> None:
    person = world.person()
    for action, parameters in (("end-sessions", {}), ("notify", {"title": "Hi", "message": "Hello"})):
        shown = bulk(admin, "users", action, ids=[person.id], parameters=parameters)
        assert shown["results"][0]["ok"] is True
    assert person.get("/api/auth/me").status_code == 200
    assert person.get("/api/notifications").json()["data"]["notifications"] == []


def test_a_message_reaches_active_users_once(world: World, admin: Person) -> None:
    person, closed = world.person(), world.person()
    done(admin, "users", "disable", [closed.id])
    screen = person.socket()
    parameters = {"title": "Opening hours", "message": "Please check them."}
    operation = done(admin, "users", "notify", [person.id, closed.id], parameters=parameters)
    assert codes(results(admin, operation)) == {person.id: None, closed.id: "user_inactive"}
    (event,) = screen.wait("new_notification", where=lambda data: data["type"] == "staff_message")
    assert (event["title"], event["message"]) == ("Opening hours", "Please check them.")


def test_links_for_verification_go_to_unverified_addresses(
    world: World, admin: Person, entries: Entries
) -> None:
    person = world.person()
    operation = done(admin, "users", "verify-email", [person.id])
    assert counted(operation) == ("completed", 1, 1, 0)
    assert entries(f"user-{person.id}", action="account.verification_mailed")
    for _ in range(3):
        operation = done(admin, "users", "verify-email", [person.id])
    assert codes(results(admin, operation)) == {person.id: "mailed_recently"}


def test_the_filter_of_users_is_that_of_the_list(world: World, admin: Person) -> None:
    name = f"Bulk {admin.id}"
    people = [world.person(name=name), world.person("tailor", name=name)]
    shown = bulk(admin, "users", "disable", filter={"q": name})
    assert {each["id"] for each in shown["results"]} == {person.id for person in people}
    assert shown["summary"]["groups"] == [{"value": "customer", "count": 1}, {"value": "tailor", "count": 1}]
    shown = bulk(admin, "users", "disable", filter={"q": name, "role": "tailor", "active": True})
    assert [each["id"] for each in shown["results"]] == [people[1].id]
