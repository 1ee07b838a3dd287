"""Services over HTTP: a shop window for everybody, changes for their partners."""

from __future__ import annotations

import pytest

from metaia.bookings.services import service as service_service
from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.support.media import insert_media
from tests.support.people import World
from tests.support.places import Place

SERVICES = "/api/services"
MINIMUM = {"name": "Cut", "durationMinutes": 60, "price": 12.5}


def test_a_new_service_has_the_defaults_of_the_contract(world: World) -> None:
    place = Place(world)
    answer = place.partner.post(SERVICES, MINIMUM)
    service = answer.json()["data"]["service"]
    expected = {
        "name": "Cut", "description": None, "durationMinutes": 60, "price": 12.5, "currency": "INR",
        "bufferBeforeMinutes": 0, "bufferAfterMinutes": 0, "capacity": 1, "stepMinutes": 15, "minNoticeMinutes": 60,
        "maxAdvanceDays": 90, "confirmation": "instant", "payment": "none", "depositPercent": None,
        "cancellation": {"freeUntilMinutes": 0, "feePercent": 0, "lockedUntilMinutes": 0},
        "maxPerCustomerPerDay": None, "reminders": [1440, 120], "calendarIds": [place.calendar_id], "mediaIds": [],
        "active": True, "version": 1, "partnerId": place.partner.id,
    }  # fmt: skip
    assert answer.status_code == 201
    assert {name: service[name] for name in expected} == expected
    assert world.call("GET", f"{SERVICES}/{service['id']}").json()["data"]["service"] == service


BAD: dict[str, Json] = {
    "no name": {"name": ""},
    "duration 0": {"durationMinutes": 0},
    "duration 4": {"durationMinutes": 4},
    "duration 1441": {"durationMinutes": 1441},
    "duration 30.5": {"durationMinutes": 30.5},
    "buffer": {"bufferBeforeMinutes": 241},
    "negative buffer": {"bufferAfterMinutes": -1},
    "no seat": {"capacity": 0},
    "501 seats": {"capacity": 501},
    "step 4": {"stepMinutes": 4},
    "step 241": {"stepMinutes": 241},
    "notice": {"minNoticeMinutes": 43_201},
    "advance 0": {"maxAdvanceDays": 0},
    "advance 366": {"maxAdvanceDays": 366},
    "confirmation": {"confirmation": "later"},
    "payment": {"payment": "cash"},
    "deposit without percent": {"payment": "deposit"},
    "percent without deposit": {"depositPercent": 10},
    "percent 0": {"payment": "deposit", "depositPercent": 0},
    "negative price": {"price": -1},
    "too many decimals": {"price": 1.005},
    "price too large": {"price": 10**12},
    "currency": {"currency": "XXX"},
    "price that no card pays": {"currency": "KWD", "price": 18.605, "payment": "full"},
    "six reminders": {"reminders": [5, 6, 7, 8, 9, 10]},
    "reminder 4": {"reminders": [4]},
    "reminder 20161": {"reminders": [20_161]},
    "reminder twice": {"reminders": [60, 60]},
    "locked before free": {"cancellation": {"freeUntilMinutes": 60, "lockedUntilMinutes": 61}},
    "fee": {"cancellation": {"feePercent": 101}},
    "no calendar": {"calendarIds": []},
    "calendar of nobody": {"calendarIds": [new_id()]},
    "media of nobody": {"mediaIds": [new_id()]},
    "eleven pictures": {"mediaIds": [new_id()] * 11},
    "per day 0": {"maxPerCustomerPerDay": 0},
    "NUL": {"name": "a\0b"},
    "long description": {"description": "x" * 2001},
    "unknown": {"colour": "red"},
}


@pytest.mark.parametrize("body", BAD.values(), ids=list(BAD))
def test_a_bad_service_is_refused(world: World, body: Json) -> None:
    place = Place(world)
    assert place.partner.post(SERVICES, MINIMUM | body).status_code == 422
    service = place.partner.post(SERVICES, MINIMUM).json()["data"]["service"]
    assert place.partner.patch(f"{SERVICES}/{service['id']}", body).status_code == 422


def test_a_service_is_changed_by_its_partner_and_admins_alone(world: World) -> None:
    place, other, admin = Place(world), Place(world), world.staff("admin")
    service = place.service()
    path = f"{SERVICES}/{service['id']}"
    for person in (world.person(), other.partner, world.person("delivery"), world.staff("support")):
        assert person.patch(path, {"price": 1}).status_code == 403
        assert person.delete(path).status_code == 403
    assert world.call("PATCH", path, json={"price": 1}).status_code == 401
    assert place.partner.patch(path, {"calendarIds": [other.calendar_id]}).status_code == 422
    changed = place.partner.patch(
        path, {"price": 20, "cancellation": {"freeUntilMinutes": 60}, "expectedVersion": 1}
    )
    service = changed.json()["data"]["service"]
    assert (service["price"], service["cancellation"]["freeUntilMinutes"], service["version"]) == (20, 60, 2)
    stale = place.partner.patch(path, {"price": 21, "expectedVersion": 1})
    assert (stale.status_code, stale.json()["error"]["details"]["version"]) == (409, 2)
    assert place.partner.patch(path, {"price": 20}).json()["data"]["service"]["version"] == 2  # unchanged
    assert place.partner.patch(path, {"currency": "EUR"}).status_code == 422  # the price is in rupees
    assert admin.patch(path, {"price": 22}).status_code == 200
    assert place.partner.patch(f"{SERVICES}/{new_id()}", {"price": 1}).status_code == 404


def test_only_partners_and_admins_offer_services(world: World) -> None:
    assert world.person().post(SERVICES, MINIMUM).status_code == 403
    partner, admin = world.person("vendor"), world.staff("admin")
    assert partner.post(SERVICES, MINIMUM | {"partnerId": world.person("tailor").id}).status_code == 403
    assert admin.post(SERVICES, MINIMUM).status_code == 422
    assert admin.post(SERVICES, MINIMUM | {"partnerId": world.person().id}).status_code == 404
    assert admin.post(SERVICES, MINIMUM | {"partnerId": partner.id}).status_code == 201


def test_a_deleted_service_is_read_and_not_listed(world: World) -> None:
    place = Place(world)
    kept, deleted = place.service(name="Kept"), place.service(name="Deleted")
    path = f"{SERVICES}/{deleted['id']}"
    assert place.partner.delete(path).json()["data"]["service"]["active"] is False
    assert world.call("GET", path).json()["data"]["service"]["active"] is False
    listed = world.call("GET", f"{SERVICES}?partnerId={place.partner.id}").json()["data"]["services"]
    assert [each["id"] for each in listed] == [kept["id"]]
    inactive = world.call("GET", f"{SERVICES}?partnerId={place.partner.id}&active=false").json()["data"][
        "services"
    ]
    assert [each["id"] for each in inactive] == [deleted["id"]]
    assert place.partner.patch(path, {"active": True}).json()["data"]["service"]["active"] is True


def test_services_are_found_by_words_page_by_page(world: World) -> None:
    place, word = Place(world), new_id()[-12:]
    names = [f"{word} cut {number}" for number in range(5)]
    for name in names:
        place.service(name=name, description="Wash included")
    found: list[str] = []
    cursor = ""
    while True:
        page = world.call("GET", f"{SERVICES}?q={word}%20wash&limit=2{cursor}").json()
        found += [each["name"] for each in page["data"]["services"]]
        if page["meta"]["nextCursor"] is None:
            break
        cursor = f"&cursor={page['meta']['nextCursor']}"
    assert found == names[::-1]
    assert world.call("GET", f"{SERVICES}?cursor=forged").status_code == 422
    assert world.call("GET", f"{SERVICES}?q=%00").status_code == 422
    assert world.call("GET", f"{SERVICES}?q={word}%20colour").json()["data"]["services"] == []


def test_the_number_of_active_services_has_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_service, "MAX_ACTIVE", 2)
    place = Place(world)
    first, _ = place.service(), place.service()
    refused = place.partner.post(SERVICES, MINIMUM)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "limit_reached")
    place.partner.delete(f"{SERVICES}/{first['id']}")
    place.service()
    assert place.partner.patch(f"{SERVICES}/{first['id']}", {"active": True}).status_code == 429


def test_a_service_shows_pictures_of_its_partner_until_they_are_deleted(world: World) -> None:
    place = Place(world)
    picture = insert_media(place.partner, status="ready").id
    service = place.service(mediaIds=[picture])
    assert service["mediaIds"] == [picture]
    foreign = insert_media(world.person(), status="ready").id
    assert place.partner.patch(f"{SERVICES}/{service['id']}", {"mediaIds": [foreign]}).status_code == 422
    assert place.partner.delete(f"/api/upload/{picture}").status_code == 409
    assert place.partner.delete(f"/api/upload/{picture}?force=true").status_code == 202
    after = world.call("GET", f"{SERVICES}/{service['id']}").json()["data"]["service"]
    assert (after["mediaIds"], after["version"]) == ([], service["version"] + 1)
