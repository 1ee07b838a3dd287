"""Writing, changing and deleting reviews, and what is public of them."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.reviews import create
from tests.reviews.conftest import Visit, refusal
from tests.support.bookings import insert_booking
from tests.support.media import insert_media
from tests.support.people import World
from tests.support.reviews import PRODUCT, publish_profile


def test_an_order_is_reviewed_with_all_its_subjects(visit: Visit) -> None:
    order_id = visit.order()
    product = {"type": "product", "id": PRODUCT, "rating": 3}
    screens = [person.socket() for person in (visit.customer, visit.partner, visit.courier)]
    subjects = [visit.of_courier(2), product, visit.of_partner(5, tags=["friendly", "friendly"])]
    answer = visit.ask(*subjects, orderId=order_id, text="Fits.")
    assert answer.status_code == 201, answer.text
    courier, of_product, partner = answer.json()["data"]["reviews"]
    assert [each["rating"] for each in (courier, of_product, partner)] == [2, 3, 5]
    assert [each["text"] for each in (courier, of_product, partner)] == [None, None, "Fits."]
    assert (partner["tags"], partner["author"]) == (["friendly"], {"name": "Priya S."})
    assert {each["orderId"] for each in (courier, of_product, partner)} == {order_id}
    assert partner["allowedActions"] == ["update", "delete"]
    own, shop, rider = screens
    assert {each["review"]["orderId"] for each in own.wait("review:created", 3)} == {order_id}
    [first, second] = shop.wait("review:created", 2)
    assert {first["review"]["id"], second["review"]["id"]} == {of_product["id"], partner["id"]}
    assert first["review"]["allowedActions"] == ["reply", "report"]
    [rated] = rider.wait("review:created")
    assert rated["review"]["allowedActions"] == ["report"]
    assert not [name for event in (first, second, rated) for name in event["review"] if name in HIDDEN]
    assert len(shop.wait("new_notification", where=lambda data: data["type"] == "review_received")) == 1


HIDDEN = {"orderId", "bookingId", "authorId", "hideReason"}


def test_only_ended_orders_of_ones_own_are_reviewed_once(world: World, visit: Visit) -> None:
    assert refusal(visit.ask(by=world.person())) == (403, "forbidden")
    assert refusal(visit.ask(by=visit.partner)) == (403, "forbidden")
    assert refusal(visit.ask(orderId=new_id())) == (404, "not_found")
    reasons: dict[str, dict[str, Any]] = {
        "not_ended": {"status": "ready"},
        "too_late": {"days_ago": 30},
        "counter_order": {"placed_by": visit.partner.id},
    }
    for reason, values in reasons.items():
        answer = visit.ask(orderId=visit.order(**values))
        assert refusal(answer) == (409, "not_reviewable"), reason
        assert answer.json()["error"]["details"] == {"reason": reason}
    late = visit.order(days_ago=29.9)
    made = visit.write(visit.of_partner(4), orderId=late)
    again = visit.ask(visit.of_courier(4), visit.of_partner(4), orderId=late)
    assert refusal(again) == (409, "already_reviewed")
    assert again.json()["error"]["details"] == {"reviewIds": [made["id"]]}
    assert visit.ask(visit.of_courier(4), orderId=late).status_code == 201


def test_of_many_reviews_at_once_one_is_written(visit: Visit) -> None:
    order_id = visit.order()
    running = [gevent.spawn(visit.ask, orderId=order_id) for _ in range(6)]
    codes = sorted(each.get(timeout=60).status_code for each in running)
    assert codes == [201, *[409] * 5]
    assert visit.listed()["meta"]["summary"]["count"] == 1


def test_a_booking_is_reviewed(visit: Visit) -> None:
    booking_id = insert_booking(visit.customer.id, visit.partner.id, "complete", proposed_by="partner")
    assert refusal(visit.ask(bookingId=booking_id)) == (409, "not_reviewable")
    answer = visit.partner.patch(f"/api/bookings/{booking_id}/complete")
    assert answer.status_code == 200, answer.text
    assert visit.write(bookingId=booking_id)["bookingId"] == booking_id
    wrong = visit.ask(visit.of_courier(5), bookingId=booking_id)
    assert refusal(wrong) == (422, "invalid")


def test_a_product_of_the_catalogue_is_reviewed(visit: Visit) -> None:
    publish_profile(visit.partner.id)
    made = visit.partner.post("/api/products", {"name": "Linen shirt", "price": 50})
    product_id = made.json()["data"]["product"]["id"]
    order = visit.customer.order(partnerId=visit.partner.id, items=[{"productId": product_id, "quantity": 1}])
    for action in ("prepare", "ready", "complete"):
        order = visit.partner.act(order, action)
    visit.write({"type": "product", "id": product_id, "rating": 4}, orderId=order["id"])
    answer = visit.world.call("GET", "/api/reviews", params={"productId": product_id})
    assert answer.json()["meta"]["summary"]["average"] == 4.0
    shown, page = (
        visit.customer.get(path).json()["data"]
        for path in (f"/api/products/{product_id}", f"/api/products?partnerId={visit.partner.id}")
    )
    menu = visit.world.call("GET", f"/api/partners/{visit.partner.id}/menu").json()["data"]
    for product in (shown["product"], page["products"][0], menu["sections"][0]["products"][0]):
        assert product["rating"] == {"average": 4.0, "count": 1}


BAD: dict[str, Json] = {
    "no source": {},
    "two sources": {"orderId": new_id(), "bookingId": new_id()},
    "no subject": {"subjects": []},
    "half a star": {"subjects": [{"rating": 4.5}]},
    "six stars": {"subjects": [{"rating": 6}]},
    "no star": {"subjects": [{"rating": 0}]},
    "a tag with spaces": {"subjects": [{"tags": ["a b"]}]},
    "another partner": {"subjects": [{"id": new_id()}]},
    "a product of another order": {"subjects": [{"type": "product"}]},
    "no such type": {"subjects": [{"type": "shop"}]},
    "twice the same": {"subjects": [{}, {}]},
    "a long text": {"text": "a" * 2001},
    "a null byte": {"text": "a\0"},
    "six pictures": {"mediaIds": [new_id() for _ in range(6)]},
    "an unknown picture": {"mediaIds": [new_id()]},
    "an unknown field": {"stars": 5},
}


def test_bad_reviews_are_refused(visit: Visit) -> None:
    order_id = visit.order()
    for name, given in BAD.items():
        body: dict[str, Any] = {"orderId": order_id} | given if name != "no source" else {}
        body["subjects"] = [visit.of_partner(5) | each for each in given.get("subjects", [{}])]
        answer = visit.customer.post("/api/reviews", body)
        assert answer.status_code == 422, (name, answer.text)
    assert visit.listed()["meta"]["summary"]["count"] == 0


def test_reviews_of_a_partner_are_public_without_the_order(visit: Visit) -> None:
    reviews = [
        visit.write(visit.of_partner(stars), text="Well made." if stars > 3 else None) for stars in (5, 3, 5)
    ]
    page = visit.listed()
    summary = page["meta"]["summary"]
    assert summary == {"count": 3, "average": 4.33, "distribution": {"1": 0, "2": 0, "3": 1, "4": 0, "5": 2}}
    assert [each["id"] for each in page["data"]["reviews"]] == [each["id"] for each in reversed(reviews)]
    assert not HIDDEN & set(page["data"]["reviews"][0])
    assert page["data"]["reviews"][0]["allowedActions"] == []
    assert len(visit.listed(rating="3,4")["data"]["reviews"]) == 1
    assert len(visit.listed(withText="true")["data"]["reviews"]) == 2
    assert [each["rating"] for each in visit.listed(sort="rating")["data"]["reviews"]] == [3, 5, 5]
    first = visit.listed(limit=2, sort="-rating")
    rest = visit.listed(limit=2, sort="-rating", cursor=first["meta"]["nextCursor"])
    assert {each["id"] for page in (first, rest) for each in page["data"]["reviews"]} == {
        each["id"] for each in reviews
    }
    for query in ({}, {"partnerId": new_id(), "productId": new_id()}, {"partnerId": "x"}, {"partnerId": ""}):
        assert visit.world.call("GET", "/api/reviews", params=query).status_code == 422
    own = visit.customer.get("/api/reviews/mine", params={"orderId": reviews[0]["orderId"]}).json()["data"]
    assert [each["id"] for each in own["reviews"]] == [reviews[0]["id"]]


def test_a_rating_of_a_courier_is_for_the_courier_and_staff(world: World, visit: Visit) -> None:
    made = visit.write(visit.of_courier(2), text="Late.")
    path = f"/api/reviews/{made['id']}"
    readers = (visit.courier, visit.customer, world.staff("support"))
    assert {person.get(path).status_code for person in readers} == {200}
    query = {"subjectType": "courier", "subjectId": visit.courier.id}
    page = readers[2].get("/api/admin/reviews", params=query).json()
    assert (page["meta"]["summary"]["average"], page["data"]["reviews"][0]["id"]) == (2.0, made["id"])
    assert "summary" not in readers[2].get("/api/admin/reviews").json()["meta"]
    strangers = (visit.partner, world.person("delivery"), world.person())
    assert {person.get(path).status_code for person in strangers} == {404}
    assert world.call("GET", path).status_code == 404
    received = visit.courier.get("/api/reviews/received").json()
    assert (received["data"]["reviews"][0]["text"], received["meta"]["summary"]["average"]) == ("Late.", 2.0)
    assert visit.partner.get("/api/reviews/received").json()["data"]["reviews"] == []
    assert visit.customer.get("/api/reviews/received").status_code == 403


def test_an_author_changes_and_deletes_a_review(visit: Visit) -> None:
    made = visit.write(text="Good.")
    path = f"/api/reviews/{made['id']}"
    changed = visit.customer.patch(path, {"rating": 2, "text": None, "expectedVersion": 1}).json()["data"][
        "review"
    ]
    assert (changed["rating"], changed["text"], changed["version"]) == (2, None, 2)
    assert changed["editedAt"] is not None
    same = visit.customer.patch(path, {"rating": 2}).json()["data"]["review"]
    assert same["version"] == 2
    assert refusal(visit.customer.patch(path, {"rating": 1, "expectedVersion": 1})) == (409, "stale_version")
    for person in (visit.partner, visit.courier):
        assert refusal(person.patch(path, {"rating": 5})) == (403, "forbidden")
        assert refusal(person.delete(path)) == (403, "forbidden")
    assert visit.listed()["meta"]["summary"]["average"] == 2.0
    age(made["id"], days=15)
    too_late = visit.customer.patch(path, {"rating": 1})
    assert refusal(too_late) == (409, "not_reviewable")
    assert visit.customer.get(path).json()["data"]["review"]["allowedActions"] == ["delete"]
    assert visit.customer.delete(path, headers={"If-Match": '"1"'}).status_code == 409
    assert visit.customer.delete(path).json()["data"]["review"]["status"] == "deleted"
    assert visit.listed()["meta"]["summary"] == EMPTY
    assert visit.customer.get(path).status_code == 404
    assert visit.ask(orderId=made["orderId"]).status_code == 201


EMPTY = {"count": 0, "average": None, "distribution": dict.fromkeys("12345", 0)}


def age(review_id: str, days: int) -> None:
    with db.transaction():
        older = "UPDATE reviews SET created_at = created_at - :days * interval '1 day' WHERE id = :id"
        db.execute(text(older), {"id": review_id, "days": days})


def test_a_deleted_text_leaves_the_log(visit: Visit) -> None:
    since = visit.partner.get("/api/sync").json()["data"]["cursor"]
    made = visit.write(text="an unmistakable text")
    assert "unmistakable" in replay(visit, since)
    path = f"/api/reviews/{made['id']}"
    assert visit.partner.put(f"{path}/reply", {"text": "a regrettable reply"}).ok
    assert "regrettable" in replay(visit, since)
    assert visit.partner.delete(f"{path}/reply").ok
    replayed = replay(visit, since)
    assert ["regrettable" in replayed, "unmistakable" in replayed] == [False, True]
    assert visit.partner.put(f"{path}/reply", {"text": "another regrettable reply"}).ok
    visit.customer.delete(path)
    replayed = replay(visit, since)
    assert ["unmistakable" in replayed, "regrettable" in replayed] == [False, False]
    assert made["id"] in replay(visit, since)


def replay(visit: Visit, since: str) -> str:
    return str(visit.partner.get("/api/sync", params={"cursor": since}).text)


def test_pictures_are_as_public_as_their_review(world: World, visit: Visit) -> None:
    pictures: list[Any] = [insert_media(visit.customer).id for _ in range(2)]
    made = visit.write(visit.of_courier(5), visit.of_partner(5), mediaIds=pictures)
    assert made["mediaIds"] == []
    review = visit.listed()["data"]["reviews"][0]
    assert review["mediaIds"] == pictures
    stranger = world.person()
    assert stranger.get(f"/api/upload/{pictures[0]}").status_code == 200
    assert visit.customer.delete(f"/api/upload/{pictures[0]}?force=true").status_code == 202
    review = visit.listed()["data"]["reviews"][0]
    assert (review["mediaIds"], review["version"]) == (pictures[1:], 2)
    stolen = visit.ask(by=visit.customer, mediaIds=[insert_media(stranger).id])
    assert refusal(stolen) == (422, "unknown_media")
    hide = world.staff().patch(f"/api/admin/reviews/{review['id']}/hide", {"reason": "A face."})
    assert hide.status_code == 200, hide.text
    assert stranger.get(f"/api/upload/{pictures[1]}").status_code == 403


def test_the_same_reviews_in_opposite_orders_at_once_are_written_once(visit: Visit) -> None:
    for _ in range(4):
        order_id = visit.order()
        subjects = [visit.of_partner(5), visit.of_courier(4)]
        asked = [gevent.spawn(visit.ask, *each, orderId=order_id) for each in (subjects, subjects[::-1]) * 2]
        assert sorted(each.get(timeout=60).status_code for each in asked) == [201, 409, 409, 409]


def test_an_order_that_changes_while_it_is_reviewed_is_refused(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = visit.order()
    with db.transaction():  # after the check, as a correction by hand would
        db.execute(text("UPDATE orders SET status = 'cancelled' WHERE id = :id"), {"id": order_id})
    monkeypatch.setattr(create, "_refusal", lambda _: None)
    assert refusal(visit.ask(orderId=order_id)) == (409, "not_reviewable")
