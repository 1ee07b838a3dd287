"""Events match their schemas, and the AsyncAPI document made of those."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from flask import Flask

from metaia.core.http.fields import Schema
from metaia.orders import events as order_events
from metaia.orders import sockets as order_sockets
from metaia.orders.timing import routes as timing_routes
from metaia.presence import events as presence_events
from metaia.realtime import catalogue, inbound
from metaia.realtime.catalogue import EPHEMERAL, EVENTS, Channel, EphemeralEvent, EventType
from metaia.realtime.inbound import INBOUND
from tests.js.node import packages
from tests.support.people import Socket, World

Json = dict[str, Any]


@pytest.fixture
def document(world: World) -> Json:
    answer = world.http.get(world.url + "/api/asyncapi.json", timeout=30)
    assert answer.headers["Content-Type"] == "application/json"
    found: Json = answer.json()
    return found


def validator(document: Json, name: str) -> jsonschema.Draft202012Validator:
    """Return a validator of the payload of the message `name`."""
    schema = {"$ref": f"#/components/messages/{name}/payload", "components": document["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, format_checker=checker)


def properties(document: Json, schema: Json) -> set[str]:
    """Return the names of all properties that a schema declares."""
    if "$ref" in schema:
        return properties(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = (properties(document, part) for part in schema.get("allOf", []))
    return set(schema.get("properties", {})).union(*parts)


def whole_life(world: World) -> list[Socket]:
    """Run an order through everything that can happen, and return the screens of the users who see it."""
    customer, tailor, courier = world.person(), world.person("tailor"), world.person("delivery")
    people = [customer, tailor, courier, world.person("delivery"), world.staff("admin")]
    screens = [person.socket() for person in people]
    order = customer.order(partnerId=tailor.id, notes="Blue", customerInfo={"address": "A street"})
    tailor.act(order, "accept", estimatedTime=30, message="Gladly")
    for person in people[2:4]:
        tailor.act(order, "assign", deliveryPartnerId=person.id)
    tailor.act(order, "prepare")
    tailor.act(order, "ready", estimatedPickupTime="2030-01-01T10:00:00Z")
    people[3].act(order, "dispatch")
    people[3].act(order, "deliver")
    customer.act(order, "complete")
    tailor.act(customer.order(partnerId=tailor.id), "reject", reason="closed")
    customer.act(customer.order(), "cancel", reason="changed my mind")
    screens[0].wait("order_update", 12)
    return screens


def test_every_event_matches_its_schema_without_unknown_fields(world: World, document: Json) -> None:
    checked: set[str] = set()
    for screen in whole_life(world):
        for name, data in screen.heard:
            validator(document, name).validate(data)
            declared = properties(document, document["components"]["messages"][name]["payload"])
            assert data.keys() <= declared, name
            checked.add(name)
    assert checked >= {"sync", "order_update", "new_notification"}


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("order_update", {"orderId": "x"}),
        ("new_notification", {"title": 3}),
        ("sync", {"cursor": None}),
    ],
)
def test_the_schemas_would_notice_a_mistake(document: Json, name: str, broken: Json) -> None:
    assert not validator(document, name).is_valid(broken)


def test_the_document_is_valid_asyncapi_3(document: Json) -> None:
    path = packages() / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
    schema = json.loads(path.read_text())
    kind = jsonschema.validators.validator_for(schema)
    errors = [error.message for error in kind(schema).iter_errors(document)]
    assert errors == []
    assert not kind(schema).is_valid(document | {"asyncapi": "2.0.0"})


def test_plain_websockets_and_what_they_are_refused_with_are_in_it(document: Json) -> None:
    for name, address, credential in (("ws", "/ws", "ticket"), ("admin", "/admin", "token")):
        channel = document["channels"][name]
        assert channel["address"] == address
        assert {"401", "403", "422", "426", "429", "503"} == channel["x-refusals"].keys()
        assert {"1008", "1012"} == channel["x-close-codes"].keys()
        assert properties(document, channel["bindings"]["ws"]["query"]) == {credential, "cursor"}
    schemas = document["components"]["schemas"]
    members = [schemas[member["$ref"].rpartition("/")[2]] for member in schemas["Event"]["oneOf"]]
    types = {member["properties"]["type"]["enum"][0]: member["properties"]["data"] for member in members}
    assert {"sync", "order_update", "new_notification"} <= types.keys()
    assert types["order_update"] == {"$ref": "#/components/schemas/OrderUpdateMessage"}


def references(thing: Any) -> list[str]:
    if isinstance(thing, dict):
        own = [thing["$ref"]] if isinstance(thing.get("$ref"), str) else []
        return own + [found for value in thing.values() for found in references(value)]
    return [found for item in thing for found in references(item)] if isinstance(thing, list) else []


def test_every_reference_in_the_document_leads_somewhere(document: Json) -> None:
    found = references(document)
    assert found
    for reference in found:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part.replace("~1", "/").replace("~0", "~")]


def test_the_document_names_all_outgoing_and_inbound_events(app: Flask, document: Json) -> None:
    operations = document["operations"].values()
    named = {
        action: {
            message["$ref"].rpartition("/")[2]
            for operation in operations
            if operation["action"] == action
            for message in operation["messages"]
        }
        for action in ("send", "receive")
    }
    plain = {"event", "order"}  # the plain WebSockets' messages that carry events
    logged = {event.wire for event in EVENTS.of(app).values() if event.wire}
    assert named["send"] - plain == {"sync"} | logged | set(EPHEMERAL.of(app))
    assert named["receive"] == set(INBOUND.of(app))


def test_internal_events_are_not_in_the_document(app: Flask, document: Json) -> None:
    assert EVENTS.of(app)["session.ended"].wire is None
    assert "session" not in json.dumps(document["components"]["messages"])


def test_two_entries_cannot_have_one_name() -> None:
    app = Flask("one")
    events: list[EventType | EphemeralEvent | Channel]
    events = [*order_events.EVENTS, *presence_events.EVENTS, timing_routes.CHANNEL]
    catalogue.register(app, *events)
    for event in events:
        with pytest.raises(ValueError, match="twice"):
            catalogue.register(app, event)
    with pytest.raises(ValueError, match=r"'order\.created' is registered twice"):
        catalogue.register(app, EventType("order.created", None, Schema, "Another.", "nobody"))


def test_two_handlers_cannot_have_one_name() -> None:
    app = Flask("one")
    inbound.register(app, order_sockets)
    with pytest.raises(ValueError, match="'join_order_room' is registered twice"):
        inbound.register(app, order_sockets)
    assert INBOUND.of(app).keys() == {"join_order_room", "leave_order_room"}


def test_applications_in_one_process_share_no_catalogue(app: Flask) -> None:
    other = Flask("another")
    catalogue.register(other, EventType("order.created", None, Schema, "Another.", "nobody"))
    assert EVENTS.of(other).keys() == {"order.created"}
    assert EVENTS.of(app)["order.created"].wire == "order_update"
