"""Following partners."""

from __future__ import annotations

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.shops.follows import service
from tests.support.people import Person, World
from tests.support.reviews import insert_review, publish_profile
from tests.support.shops import listed, open_shop


def follow(person: Person, partner_id: str) -> Json:
    """Follow a partner; return the state after it."""
    answer = person.put(f"/api/partners/{partner_id}/follow")
    assert answer.status_code == 200, answer.text
    state: Json = answer.json()["data"]
    return state


def test_a_partner_is_followed_once(world: World) -> None:
    partner, fan = world.person("tailor"), world.person(name="Priya Sharma")
    path = f"/api/partners/{partner.id}/follow"
    assert fan.put(path).status_code == 404  # there is no profile
    publish_profile(partner.id, "Atelier Nord")
    insert_review(fan.id, partner.id, 4)
    screen = partner.socket()
    assert follow(fan, partner.id) == {"following": True, "followers": 1}
    assert follow(fan, partner.id) == {"following": True, "followers": 1}
    assert follow(world.person("vendor"), partner.id)["followers"] == 2
    running = [gevent.spawn(follow, world.person(), partner.id) for _ in range(4)]
    assert {each.get(timeout=60)["following"] for each in running} == {True}
    informed = screen.wait("new_notification", where=lambda data: data["type"] == "new_follower")
    assert informed[0]["data"] == {"firstName": "Priya"}
    [shown] = fan.get("/api/following").json()["data"]["partners"]
    assert (shown["businessName"], shown["followers"], shown["rating"]) == (
        "Atelier Nord",
        6,
        {"average": 4.0, "count": 1},
    )
    page = partner.get("/api/followers", params={"limit": 5}).json()
    assert (page["meta"]["followers"], len(page["data"]["followers"])) == (6, 5)
    assert {*page["data"]["followers"][0]} == {"firstName", "followedAt"}
    rest = partner.get("/api/followers", params={"limit": 5, "cursor": page["meta"]["nextCursor"]}).json()
    assert rest["data"]["followers"][0]["firstName"] == "Priya"
    assert fan.get("/api/followers").status_code == 403
    assert fan.delete(path).json()["data"] == {"following": False, "followers": 5}
    assert fan.delete(path).json()["data"] == {"following": False, "followers": 5}
    assert fan.delete(f"/api/partners/{new_id()}/follow").json()["data"]["followers"] == 0
    assert partner.put(path).status_code == 403


def test_a_hidden_partner_is_not_listed(world: World) -> None:
    partner, fan = world.person("tailor"), world.person()
    publish_profile(partner.id)
    follow(fan, partner.id)
    with db.transaction():
        db.execute(
            text("UPDATE partner_profiles SET status = 'hidden' WHERE user_id = :id"), {"id": partner.id}
        )
    assert fan.get("/api/following").json()["data"]["partners"] == []
    assert world.person().put(f"/api/partners/{partner.id}/follow").status_code == 404


def test_the_number_of_follows_is_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    fan, partners = world.person(), [world.person("tailor") for _ in range(4)]
    for partner in partners:
        publish_profile(partner.id)
    running = [gevent.spawn(fan.put, f"/api/partners/{each.id}/follow") for each in partners]
    assert sorted(each.get(timeout=60).status_code for each in running) == [200, 200, 409, 409]
    assert len(fan.get("/api/following").json()["data"]["partners"]) == 2


def test_the_directory_shows_what_is_followed(world: World) -> None:
    partners, fan = [world.person("tailor") for _ in range(2)], world.person()
    first, _ = (open_shop(partner)["id"] for partner in partners)
    follow(fan, first)
    assert [each["id"] for each in listed(fan, followed="true")] == [first]
    assert listed(world.person(), followed="true") == []
    page = fan.get(f"/api/partners/{first}").json()["data"]["partner"]
    assert (page["following"], page["followers"]) == (True, 1)
    assert fan.get(f"/api/partners/{partners[1].id}").json()["data"]["partner"]["following"] is False
