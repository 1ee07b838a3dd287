"""Every body that the OpenAPI document shows as an example is one that the server takes, sent as it stands."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.openapi.introduction import TAGS, position
from metaia.core.times import now
from metaia.dev import demo_data
from metaia.media.state import HIDDEN, PENDING, READY
from tests.security import matrix_hooks, matrix_objects, matrix_shops
from tests.support import catalogues, contract
from tests.support.bookings import at, insert_booking, insert_calendar, insert_service
from tests.support.failures import insert_error
from tests.support.media import insert_media
from tests.support.offers import insert_offer
from tests.support.people import Person, World
from tests.support.reviews import insert_order, insert_review
from tests.support.shops import open_shop

PARTNERS = {
    "POST /api/finance/payouts",
    "PUT /api/finance/payout-account",
    "PUT /api/reviews/{review_id}/reply",
    "POST /api/reviews/{review_id}/report",
    "POST /api/services",
    "POST /api/products",
    "POST /api/products/bulk",
    "POST /api/sections",
    "PUT /api/sections/order",
    "POST /api/modifier-groups",
    "POST /api/tax-rates",
    "POST /api/coupons",
    "POST /api/calendars",
    "PUT /api/availability/weekly",
    "PUT /api/availability/exceptions",
}
OF_CUSTOMER = {"POST /api/reviews", "PATCH /api/reviews/{review_id}"}
CUSTOMERS = re.compile(
    r"POST /api/(bookings(/waitlist)?|orders|offers|auth/.*|finance/credit/requests)"
    r"|.* /api/(auth|notifications)/.*"
)
# of secrets that no example can know, and of hosts that have no address where there is no network
NOT_YET = {
    "endpoint_address_refused",
    "wrong_credentials",
    "wrong_password",
    "token_invalid",
    "proof_invalid",
}


@pytest.fixture(scope="module")
def document(server: Any) -> Json:
    found: Json = requests.get(server.url + contract.DOCUMENT, timeout=30).json()
    return found


@pytest.fixture(scope="module")
def examples(document: Json) -> dict[str, Json]:
    """Give what is said about the JSON body of each operation that has one."""
    bodies = {
        f"{method.upper()} {path}": operation.get("requestBody", {})
        .get("content", {})
        .get("application/json")
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    return {name: body for name, body in bodies.items() if body is not None}


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    return {role: world.person(role) for role in ("customer", "tailor", "vendor", "delivery")} | {
        "super_admin": world.staff("super_admin")
    }


def who(name: str, people: dict[str, Person]) -> Person:
    """Return somebody who may call an operation; a new customer, who may also leave."""
    if name.startswith("PUT /api/couriers/me"):
        return people["delivery"]
    if name.endswith("/release"):  # too early, but of its courier
        return people["delivery"]
    if " /api/partners/me" in name:  # those of the tailor stay: the other examples order there
        return people["vendor"]
    if "presence" in name or name in PARTNERS:
        return people["tailor"]
    own = "{offer_id}" in name and "/cancel" not in name
    if own or name == "POST /api/payments":  # of the offer or the order that is about
        return people["customer"]
    if name in OF_CUSTOMER or name == "POST /api/chat/reports" or name.endswith("/escalate"):
        return people["customer"]
    return people["customer"].world.person() if CUSTOMERS.fullmatch(name) else people["super_admin"]


def test_every_body_has_one_and_it_is_valid_by_its_schema(document: Json, examples: dict[str, Json]) -> None:
    assert len(examples) > 40
    for name, body in examples.items():
        whole = {**body["schema"], "components": document["components"]}
        told = [error.message for error in Draft202012Validator(whole).iter_errors(body["example"])]
        assert not told, (name, told)


def test_each_is_taken_as_it_stands(examples: dict[str, Json], people: dict[str, Person]) -> None:
    """What it is about exists; whether it is possible just now is another matter."""
    written = people["super_admin"].post(
        "/api/admin/campaigns", examples["POST /api/admin/campaigns"]["example"]
    )
    things = {
        "user_id": people["customer"].world.person().id,
        "campaign_id": written.json()["data"]["campaign"]["id"],
        "suppression_id": matrix_objects.suppression(people["customer"]),
        "posting_id": matrix_objects.posting(),
        "service_id": matrix_objects.service(people["tailor"]),
        "calendar_id": matrix_objects.calendar(people["tailor"]),
        **{name: catalogues.thing(name, people["tailor"]) for name in catalogues.IDS},
        "partner_id": open_shop(people["vendor"])["id"],
        "slug": "tailor",
        **{name: make(people["super_admin"]) for name, make in matrix_shops.MADE.items()},
        "endpoint_id": matrix_hooks.endpoint(people["super_admin"]),
        "currency": "INR",
        "courier_id": people["delivery"].id,
    }
    matrix_objects.begin_shift(people["delivery"])
    open_shop(people["tailor"], customItems=True)
    for name, body in examples.items():
        order = people["customer"].order(partnerId=people["tailor"].id)
        method, _, path = name.partition(" ")
        if path.endswith("/release"):
            given = {"deliveryPartnerId": people["delivery"].id}
            people["super_admin"].patch(f"/api/orders/{order['id']}/assign", given)
        if "{media_id}" in path:
            state = PENDING if "complete" in path else HIDDEN if "show" in path else READY
            things["media_id"] = insert_media(people["super_admin"], status=state).id
        if "{order_delivery_id}" in path:
            things["order_delivery_id"] = matrix_objects.offer_order(order["id"])
        if "{booking_id}" in path:
            action, customer = path.rpartition("/")[2], people["customer"].id
            things["booking_id"] = insert_booking(
                customer, people["tailor"].id, action, proposed_by="customer"
            )
        if "{adjustment_id}" in path:
            requester = people["super_admin" if "withdraw" in path else "customer"]
            things["adjustment_id"] = matrix_objects.adjustment(requester)
        if "{request_id}" in path:
            requester = people["super_admin" if "withdraw" in path else "customer"]
            things["request_id"] = matrix_objects.credit_request(requester)
        if "{payout_id}" in path:
            things["payout_id"] = matrix_objects.payout(people["tailor"], path.rpartition("/")[2])
        if "{dispute_id}" in path:
            things["dispute_id"] = matrix_objects.dispute(people["tailor"])
        if "{offer_id}" in path:
            seller, buyer = people["tailor"].id, people["customer"].id
            things["offer_id"] = insert_offer(seller, buyer, maker_id=seller).id
        if "/payments/" in path or "/refunds/" in path:
            things["payment_id"] = matrix_objects.payment(people["tailor"])
            things["refund_id"] = matrix_objects.refund(people["tailor"], path.rpartition("/")[2])
        if "{review_id}" in path:
            things["review_id"] = insert_review(people["customer"].id, people["tailor"].id)
        if name == "POST /api/reviews":
            order["id"] = insert_order(people["customer"].id, people["tailor"].id)
        if "{fingerprint}" in path:
            things["fingerprint"] = insert_error()
        if "/chat/" in path:
            things |= matrix_objects.for_chat(path, people)
        path = path.format(**things, order_id=order["id"])
        about: Json = dict.fromkeys(("deliveryPartnerId", "userId"), people["delivery"].id)
        about["recipientId"] = about["participantId"] = people["tailor"].id
        about |= {"userIds": [people["delivery"].id], "assigneeId": people["super_admin"].id}
        about["messageId"] = things.get("message_id")
        about |= {"orderId": order["id"], "paymentId": things.get("payment_id")}
        if name == "POST /api/reviews":
            about["subjects"] = [{"type": "partner", "id": people["tailor"].id, "rating": 5}]
        if "/bookings" in path:
            booked = insert_service(people["tailor"].id, [insert_calendar(people["tailor"].id)])
            about |= {"serviceId": booked, "startsAt": at(days=10).isoformat(), "calendarId": None}
            about |= {"from": at(days=10).isoformat(), "to": at(days=12).isoformat()}
        if path.endswith("/scans"):
            about["at"] = now().isoformat()
        if "/announcements" in path:
            about["endsAt"] = at(days=10).isoformat()
        if path.endswith("/sections/order"):
            sections = people["tailor"].get(f"/api/sections?partnerId={people['tailor'].id}").json()["data"]
            about["ids"] = [each["id"] for each in sections["sections"]]
        if "/replay" in path:
            about["ids"] = [matrix_objects.webhook()]
        sent = {field: about.get(field, value) for field, value in body["example"].items()}
        answer = who(name, people).call(method, path, sent, headers={"Idempotency-Key": new_id()})
        code = "" if answer.ok else answer.json()["error"]["code"]
        assert answer.ok or answer.status_code == 409 or code in NOT_YET, (name, answer.text)


def test_an_order_is_placed_by_sending_its_example(world: World, examples: dict[str, Json]) -> None:
    answer = world.person().post("/api/orders", examples["POST /api/orders"]["example"])
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["order"]["total"] == 2900


def test_an_account_is_made_by_sending_its_example(world: World, examples: dict[str, Json]) -> None:
    example = examples["POST /api/auth/register"]["example"] | {"email": f"{new_id()}@test.example"}
    assert world.call("POST", "/api/auth/register", json=example).status_code == 201


def test_postman_sends_the_same(world: World, examples: dict[str, Json]) -> None:
    collection = requests.get(f"{world.url}/api/postman.json", timeout=30).json()
    asked = [item["request"] for folder in collection["item"][1:] for item in folder["item"]]
    values = {variable["key"]: variable["value"] for variable in collection["variable"]}
    sent = [
        re.sub(r"{{(\w+)}}", lambda match: str(values[match[1]]), request["body"]["raw"])
        for request in asked
        if "body" in request
    ]
    assert sorted(map(repr, map(json.loads, sent))) == sorted(
        repr(body["example"]) for body in examples.values()
    )


def test_no_example_is_empty(examples: dict[str, Json]) -> None:
    assert [name for name, body in examples.items() if not body["example"]] == []


def test_the_introduction_states_how_to_log_in(document: Json, examples: dict[str, Json]) -> None:
    text = document["info"]["description"]
    for person in demo_data.PEOPLE:
        assert f"{person.email.partition('@')[0]}@" in text
    assert f"`{demo_data.PASSWORD}`" in text
    login = examples["POST /api/auth/login"]["example"]
    assert login == {"email": "customer@metaia.example", "password": demo_data.PASSWORD}


def test_the_parts_of_the_document_are_in_the_order_of_a_newcomer(document: Json) -> None:
    names = [tag["name"] for tag in document["tags"]]
    assert names[:3] == ["auth", "orders", "tracking"]
    assert names == sorted(names, key=position)
    assert [name for name in TAGS if name not in names] == []
