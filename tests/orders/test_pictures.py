"""Pictures of items: attached with the order, seen by its parties only."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.media import queries
from tests.support.media import insert_media
from tests.support.people import Person, World


def item(*media_ids: str) -> Json:
    return {"name": "Suit", "quantity": 1, "price": 10, "mediaIds": list(media_ids)}


def status(person: Person, media_id: str) -> int:
    return person.get(f"/api/upload/{media_id}").status_code


def test_the_parties_of_an_order_see_its_pictures(world: World) -> None:
    customer, tailor, stranger = world.person(), world.person("tailor"), world.person("tailor")
    first, second = insert_media(customer), insert_media(customer)
    assert status(tailor, first.id) == 403
    order = customer.order(items=[item(first.id, second.id), item(first.id)], partnerId=tailor.id)
    assert [part["mediaIds"] for part in order["items"]] == [[first.id, second.id], [first.id]]
    assert [status(person, first.id) for person in (customer, tailor, stranger)] == [200, 200, 403]
    media = queries.by_id(first.id)
    assert media is not None
    assert (media.attached_to, media.due_at) == ((f"order-{order['id']}",), None)


def test_a_former_courier_sees_no_pictures(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    first, second = world.person("delivery"), world.person("delivery")
    media = insert_media(customer)
    order = customer.order(items=[item(media.id)], partnerId=tailor.id)
    for courier in (first, second):
        tailor.act(order, "assign", deliveryPartnerId=courier.id)
        assert status(courier, media.id) == 200
    assert status(first, media.id) == 403


def test_an_order_without_its_pictures_is_not_placed(world: World) -> None:
    customer = world.person()
    foreign = insert_media(world.person())
    answer = customer.post("/api/orders", {"items": [item(foreign.id)]})
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == ("unknown_media", {"items.mediaIds": [foreign.id]})
    assert customer.get("/api/orders").json()["data"]["orders"] == []


def test_viewers_of_an_order_learn_that_a_picture_is_deleted(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    media = insert_media(customer)
    customer.order(items=[item(media.id)], partnerId=tailor.id)
    screen = tailor.socket()
    assert customer.delete(f"/api/upload/{media.id}?force=true").status_code == 202
    [event] = screen.wait("upload:updated")
    assert (event["media"]["id"], event["media"]["status"]) == (media.id, "deleted")
    assert [status(person, media.id) for person in (customer, tailor)] == [410, 410]
