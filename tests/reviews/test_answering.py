"""Replies of partners, reports of users, and decisions of staff."""

from __future__ import annotations

from functools import partial
from typing import Any

import gevent
import requests
from sqlalchemy import text

from metaia.core import db
from tests.reviews.conftest import Visit, refusal
from tests.support.people import Person, World
from tests.support.reviews import insert_review, publish_profile
from tests.support.waiting import until


def test_a_partner_replies_in_public(world: World, visit: Visit) -> None:
    made = visit.write(text="Good.")
    path, author = f"/api/reviews/{made['id']}/reply", visit.customer.socket()
    foreign = world.person("tailor")
    for person in (visit.customer, visit.courier, foreign, world.staff("support")):
        assert refusal(person.put(path, {"text": "No."})) == (403, "forbidden")
    assert visit.partner.put(path, {"text": ""}).status_code == 422
    replied = visit.partner.put(path, {"text": "Thank you!", "expectedVersion": 1}).json()["data"]["review"]
    assert replied["reply"]["text"] == "Thank you!"
    assert not {"orderId", "hideReason"} & replied.keys()
    first = replied["reply"]["at"]
    again = visit.partner.put(path, {"text": "Thank you, Priya!"}).json()["data"]["review"]
    assert (again["reply"]["at"], again["version"]) == (first, 3)
    [event, _] = author.wait("review:updated", 2)
    assert (event["action"], event["review"]["reply"]["text"]) == ("reply", "Thank you!")
    assert event["review"]["orderId"] == made["orderId"]
    author.wait("new_notification", where=lambda data: data["type"] == "review_reply")
    assert visit.listed()["data"]["reviews"][0]["reply"]["text"] == "Thank you, Priya!"
    answered = [
        visit.partner.get("/api/reviews/received", params={"answered": each}) for each in ("true", "false")
    ]
    assert [len(each.json()["data"]["reviews"]) for each in answered] == [1, 0]
    assert refusal(foreign.delete(path)) == (403, "forbidden")
    assert visit.partner.delete(path).json()["data"]["review"]["reply"] is None
    assert visit.partner.delete(path).json()["data"]["review"]["version"] == 4


def test_a_reply_taken_back_leaves_the_text_in_earlier_events(visit: Visit) -> None:
    cursors = {
        each.id: each.get("/api/sync").json()["data"]["cursor"] for each in (visit.partner, visit.customer)
    }
    made = visit.write(text="An excellent fit.")
    path = f"/api/reviews/{made['id']}/reply"
    key = {"Idempotency-Key": made["id"]}
    assert visit.partner.put(path, {"text": "See you soon, Priya."}, headers=key).ok
    assert visit.partner.delete(path).ok

    def replayed(person: Person) -> list[tuple[str, Any, Any]]:
        answer = person.get("/api/sync", params={"cursor": cursors[person.id], "limit": 100})
        assert "See you soon" not in answer.text
        events = [each["data"] for each in answer.json()["data"]["events"]]
        reviews = [each for each in events if "reviewId" in each]
        return [(each["action"], each["review"]["text"], each["review"]["reply"]) for each in reviews]

    left = [(action, "An excellent fit.", None) for action in ("create", "reply", "remove-reply")]

    def shows_text(person: Person) -> bool:
        return replayed(person) == left

    for person in (visit.partner, visit.customer):
        until(partial(shows_text, person), "the text stays, the reply does not")
    logged = db.fetch_all(
        text("SELECT payload FROM event_log WHERE payload->>'reviewId' = :id"), {"id": made["id"]}
    )
    assert {row.payload["review"]["text"] for row in logged} == {"An excellent fit."}
    again = visit.partner.put(path, {"text": "See you soon, Priya."}, headers=key)
    assert again.json()["data"]["review"]["text"] == "An excellent fit."
    assert "See you soon" not in again.text


def test_staff_hides_and_shows_a_reported_review(world: World, visit: Visit) -> None:
    made, admin = visit.write(text="Rude."), world.staff()
    path, staff_path = f"/api/reviews/{made['id']}", f"/api/admin/reviews/{made['id']}"
    screen, desk = visit.customer.socket(), admin.socket()
    assert refusal(report(visit.customer, path)) == (403, "forbidden")
    for person in (visit.partner, visit.partner, world.person()):
        assert report(person, path).json()["data"]["report"] == {"reviewId": made["id"], "reported": True}
    desk.wait("review:updated", 2, where=lambda data: data["action"] == "report")
    reported = {"reported": "true", "partnerId": visit.partner.id}
    [listed] = admin.get("/api/admin/reviews", params=reported).json()["data"]["reviews"]
    assert (listed["openReports"], listed["authorId"], listed["version"]) == (2, visit.customer.id, 1)
    place = {"lat": 18.52, "lng": 73.85}
    publish_profile(visit.partner.id)
    assert visit.partner.patch("/api/partners/me", {"location": place}).ok
    home = {"label": "Home", "address": "7 Mill Road", "lat": 18.5202, "lng": 73.8502}
    assert visit.customer.post("/api/addresses", home).ok
    found = admin.get(staff_path).json()["data"]
    assert {each["reporterId"] for each in found["reports"]} > {visit.partner.id}
    assert found["sharedWithPartner"] == ["network", "address"]  # of the machine of the tests
    for person in (visit.partner, visit.customer, world.staff("support")):
        assert person.patch(f"{staff_path}/hide", {"reason": "Insults."}).status_code == 403
    assert admin.patch(f"{staff_path}/hide", {}).status_code == 422
    hidden = admin.patch(f"{staff_path}/hide", {"reason": "Insults."}).json()["data"]["review"]
    assert (hidden["status"], hidden["openReports"], hidden["hideReason"]) == ("hidden", 0, "Insults.")
    assert refusal(admin.patch(f"{staff_path}/hide", {"reason": "Again."})) == (409, "illegal_transition")
    screen.wait("new_notification", where=lambda data: data["type"] == "review_hidden")
    own = visit.customer.get(path).json()["data"]["review"]
    assert (own["hideReason"], own["allowedActions"]) == ("Insults.", ["delete"])
    assert {person.get(path).status_code for person in (visit.partner, visit.courier)} == {404}
    assert visit.listed()["meta"]["summary"]["count"] == 0
    assert report(visit.partner, path).status_code == 404
    shown = admin.patch(f"{staff_path}/show", {"reason": "It is an opinion."}).json()["data"]["review"]
    assert (shown["status"], shown["version"]) == ("published", 3)
    assert visit.listed()["meta"]["summary"]["count"] == 1
    audited = "SELECT action FROM audit_log WHERE subject = :subject ORDER BY id"
    rows = db.fetch_all(text(audited), {"subject": f"review-{made['id']}"})
    assert [row.action for row in rows] == ["review.hidden", "review.shown"]
    assert admin.get("/api/admin/reviews", params=reported).json()["data"]["reviews"] == []


def report(person: Person, path: str, **body: Any) -> requests.Response:
    return person.post(f"{path}/report", {"reason": "offensive"} | body)


def test_bad_reports_are_refused(visit: Visit) -> None:
    path = f"/api/reviews/{visit.write()['id']}"
    for body in ({"reason": "boring"}, {"note": "a" * 1001}, {"note": 7}, {"stars": 1}):
        assert report(visit.partner, path, **body).status_code == 422


def test_reports_at_once_are_all_counted(world: World, visit: Visit) -> None:
    review_id = insert_review(visit.customer.id, visit.partner.id)
    people = [world.person() for _ in range(5)]
    running = [gevent.spawn(report, each, f"/api/reviews/{review_id}") for each in (*people, *people)]
    assert {each.get(timeout=60).status_code for each in running} == {200}
    rows = text("SELECT open_reports FROM reviews WHERE id = :id")
    assert db.fetch_value(rows, {"id": review_id}) == 5
