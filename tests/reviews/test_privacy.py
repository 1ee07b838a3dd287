"""The export of reviews and follows, and the deletion of an account that has some."""

from __future__ import annotations

from sqlalchemy import text

from metaia.core import db
from metaia.reviews import privacy
from metaia.shops.counters import service as counters
from metaia.shops.follows import privacy as follow_privacy
from tests.reviews.conftest import Visit
from tests.support.media import insert_media
from tests.support.people import PASSWORD, Person, World
from tests.support.reviews import publish_profile

LEFT = """
    SELECT count(*) FROM reviews LEFT JOIN review_reports ON review_id = reviews.id
    WHERE reviews.id = :id AND concat(reviews, review_reports) ~* 'unmistak'
"""


def leave(person: Person) -> None:
    """Delete an account, and run the jobs that follow."""
    answer = person.call("DELETE", "/api/auth/me", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    privacy.erase_users()
    follow_privacy.forget_users()


def test_reviews_and_follows_are_exported(visit: Visit) -> None:
    publish_profile(visit.partner.id, "Unmistakable Atelier")
    made = visit.write(text="Good.")
    visit.partner.put(f"/api/reviews/{made['id']}/reply", {"text": "Thanks."})
    visit.customer.put(f"/api/partners/{visit.partner.id}/follow")
    own = visit.customer.get("/api/auth/export").json()["data"]["export"]
    assert [(each["text"], each["orderId"]) for each in own["reviews"]] == [("Good.", made["orderId"])]
    assert [each["businessName"] for each in own["following"]] == ["Unmistakable Atelier"]
    theirs = visit.partner.get("/api/auth/export").json()["data"]["export"]
    assert [each["reply"]["text"] for each in theirs["reviews"]] == ["Thanks."]
    assert theirs["following"] == []


def test_a_rating_stays_without_its_author(world: World, visit: Visit) -> None:
    publish_profile(visit.partner.id)
    since = visit.partner.get("/api/sync").json()["data"]["cursor"]
    picture = insert_media(visit.customer).id
    made = visit.write(
        visit.of_partner(2, tags=["unmistakable"]), text="an unmistakable text", mediaIds=[picture]
    )
    path = f"/api/reviews/{made['id']}"
    visit.partner.put(f"{path}/reply", {"text": "an unmistakable reply"})
    reader = world.person()
    reader.post(f"{path}/report", {"reason": "other", "note": "an unmistakable note"})
    for person in (visit.customer, reader):
        person.put(f"/api/partners/{visit.partner.id}/follow")
    assert db.fetch_value(text(LEFT), {"id": made["id"]}) == 1
    leave(visit.customer)
    [left] = visit.listed()["data"]["reviews"]
    assert (left["author"], left["text"], left["tags"], left["mediaIds"], left["rating"]) == (
        None,
        None,
        [],
        [],
        2,
    )
    assert left["reply"]["text"] == "an unmistakable reply"
    replayed = visit.partner.get("/api/sync", params={"cursor": since}).text
    assert "unmistakable text" not in replayed
    assert "unmistakable reply" in replayed  # it is its partner's
    followers = visit.partner.get("/api/followers").json()
    assert (followers["meta"]["followers"], len(followers["data"]["followers"])) == (1, 1)
    leave(reader)
    leave(visit.partner)
    assert db.fetch_value(text(LEFT), {"id": made["id"]}) == 0
    assert privacy.erase_users() == 0
    assert counters.check() == []
