"""The Postman collection: valid by the published schema, and the server accepts each of its requests."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator

from metaia.core.json import Json
from metaia.core.openapi import postman
from metaia.core.openapi.examples import example
from metaia.dev.demo_data import PASSWORD, PEOPLE
from tests.js import node
from tests.support import contract
from tests.support.people import World

TEXT = {"type": "string"}


def closed(required: str, optional: str = "", **special: Json) -> Json:
    """Return the schema of an object with only these members, strings unless `special` has another schema."""
    names = [*required.split(), *optional.split()]
    return {
        "type": "object",
        "properties": {name: special.get(name, TEXT) for name in names},
        "required": required.split(),
        "additionalProperties": False,
    }


def many(schema: Json, least: int = 0) -> Json:
    return {"type": "array", "items": schema, "minItems": least}


# From https://schema.getpostman.com/json/collection/v2.1.0/collection.json: the parts that we use.
PAIR = closed("key value", "description disabled", disabled={"type": "boolean"})
ATTRIBUTE = closed("key", "value type")
AUTH = closed("type", "bearer", type={"enum": ["bearer", "noauth"]}, bearer=many(ATTRIBUTE))
URL = closed(
    "raw host path query variable",
    host=many(TEXT, 1),
    path=many(TEXT, 1),
    query=many(PAIR),
    variable=many(PAIR),
)
BODY = closed("mode raw", "options", mode={"const": "raw"}, options={"type": "object"})
METHOD = {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]}
REQUEST = closed(
    "method url",
    "header description auth body",
    method=METHOD,
    url=URL,
    header=many(PAIR),
    auth=AUTH,
    body=BODY,
)
ITEM = closed("request", "name response", request=REQUEST, response=many({"type": "object"}))
SCRIPT = closed("exec", "type", exec=many(TEXT))
EVENT = closed("listen", "script", listen={"enum": ["test", "prerequest"]}, script=SCRIPT)
VARIABLE = closed("key", "value type", type={"enum": ["string", "boolean", "any", "number"]})
COLLECTION = closed(
    "info item",
    "auth event variable",
    info=closed("name schema", "description version"),
    item=many(closed("item", "name", item=many(ITEM, 1)), 1),
    auth=AUTH,
    event=many(EVENT),
    variable=many(VARIABLE),
)


@pytest.fixture(scope="module")
def found(server: Any) -> Json:
    collection: Json = requests.get(f"{server.url}/api/postman.json", timeout=30).json()
    return collection


@pytest.fixture
def document(world: World) -> Json:
    told: Json = world.http.get(world.url + contract.DOCUMENT, timeout=30).json()
    return told


def items(found: Json) -> list[Json]:
    return [item["request"] for folder in found["item"][1:] for item in folder["item"]]


KEYED = {
    "/api/payments/{payment_id}/refunds",
    "/api/admin/finance/adjustments",
    "/api/admin/finance/cash-handovers",
    "/api/finance/payouts",
}  # a key is required


def resolved(found: Json, text: str) -> str:
    """Return a text with the first values of the collection's variables."""
    values = {variable["key"]: variable["value"] for variable in found["variable"]}
    values["$guid"] = "a new UUID"  # a variable of Postman's own
    return re.sub(r"{{(\$?\w+)}}", lambda match: str(values[match[1]]), text)


def parameter(variable: re.Match[str]) -> str:
    """Return the parameter of a path for a variable that is part of a segment."""
    return "{" + re.sub(r"([A-Z])", lambda letter: f"_{letter[1].lower()}", variable[1]) + "}"


def path_of(request: Json) -> str:
    return "/" + "/".join(
        f"{{{part[1:]}}}" if part.startswith(":") else re.sub(r"{{(\w+)}}", parameter, part)
        for part in request["url"]["path"]
    )


def test_it_has_the_published_shape(found: Json) -> None:
    assert [error.message for error in Draft202012Validator(COLLECTION).iter_errors(found)] == []
    assert found["info"]["schema"] == postman.FORMAT
    assert not Draft202012Validator(COLLECTION).is_valid(found | {"info": {"name": "METAIA"}})


def test_it_has_every_operation_but_websockets(found: Json, document: Json) -> None:
    operations = {
        (path, method.upper())
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in postman.METHODS and "101" not in operation["responses"]
    }
    listed = [(path_of(request), request["method"]) for request in items(found)]
    assert set(listed) == operations
    assert len(listed) == len(operations)


def test_all_use_the_token_but_those_that_need_none(found: Json, document: Json) -> None:
    assert found["auth"] == {
        "type": "bearer",
        "bearer": [{"key": "token", "value": "{{accessToken}}", "type": "string"}],
    }
    variables = {variable["key"]: variable["value"] for variable in found["variable"]}
    assert variables.keys() >= {"baseUrl", "accessToken", "refreshToken", "password", "orderId", "tailorId"}
    assert variables["baseUrl"].startswith("http")
    for request in items(found):
        operation = document["paths"][path_of(request)][request["method"].lower()]
        assert (request.get("auth") == {"type": "noauth"}) is (operation.get("security") == [])


def test_every_variable_of_an_address_has_a_value_and_what_may_be_left_out_is_off(found: Json) -> None:
    for request in items(found):
        url = request["url"]
        assert {f":{v['key']}" for v in url["variable"]} == {p for p in url["path"] if p.startswith(":")}
        assert all(variable["value"] for variable in url["variable"])
        on = {header["key"] for header in request["header"] if not header.get("disabled")}
        assert on == (
            {"Idempotency-Key"} if path_of(request) in KEYED and request["method"] == "POST" else set()
        )
        assert url["raw"] == "/".join([*url["host"], *url["path"]])


def test_every_body_is_valid_by_its_schema(found: Json, document: Json) -> None:
    with_body = [request for request in items(found) if "body" in request]
    assert with_body
    for request in with_body:
        operation = document["paths"][path_of(request)][request["method"].lower()]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        whole = {**schema, "components": document["components"]}
        Draft202012Validator(whole).validate(json.loads(resolved(found, request["body"]["raw"])))


def test_every_variable_in_a_request_exists(found: Json) -> None:
    assert "{{" not in resolved(found, json.dumps(found["item"]))


def test_it_begins_with_logins_of_the_demo_people(found: Json) -> None:
    start = found["item"][0]
    assert [item["name"] for item in start["item"]] == [
        "Log in as customer", "Log in as tailor", "Log in as delivery", "Log in as admin",
    ]  # fmt: skip
    for item in start["item"]:
        body = json.loads(resolved(found, item["request"]["body"]["raw"]))
        assert item["request"]["url"]["raw"] == "{{baseUrl}}/api/auth/login"
        assert body["email"] in {person.email for person in PEOPLE}
        assert body["password"] == PASSWORD


def test_its_script_keeps_tokens_and_ids(found: Json) -> None:
    [event] = found["event"]
    answers: list[Json] = [
        {"accessToken": "a", "refreshToken": "r", "user": {"id": "u", "role": "tailor"}},
        {"order": {"id": "o"}},
        {"orders": [{"id": "x"}], "message": "text", "nothing": None},
        {"accessToken": "imp", "user": {"id": "v", "role": "customer"}, "expiresIn": 900},
    ]
    code = f"""
        const kept = {{}};
        for (const data of {json.dumps(answers)}) run({{
            response: {{headers: {{get: () => "application/json"}}, json: () => ({{data}})}},
            collectionVariables: {{set: (name, value) => {{ kept[name] = value; }}}},
        }});
        run({{response: {{headers: {{get: () => "text/html"}}, json: () => {{ throw 1; }}}}}});
        console.log(JSON.stringify(kept));
        function run(pm) {{ {" ".join(event["script"]["exec"])} }}
    """
    kept = json.loads(subprocess.run([node.NODE, "-e", code], capture_output=True, check=True).stdout)
    assert kept == {
        "accessToken": "imp", "refreshToken": "r", "tailorId": "u", "userId": "v", "orderId": "o", "customerId": "v",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "minLength": 10}, "textxxxxxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": ["string", "null"]}, "text"),
        ({"type": "string", "format": "email"}, "customer@metaia.example"),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "number"}, 1),
        ({"type": "boolean"}, False),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"type": "integer", "default": 3}, 3),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"allOf": [{"$ref": "#/components/schemas/Small"}]}, {"a": 1}),
        ({"type": "object"}, {}),
    ],
)
def test_an_example_has_only_what_is_needed(schema: Json, expected: object) -> None:
    small = {"type": "object", "properties": {"a": {"type": "integer"}, "b": TEXT}, "required": ["a"]}
    assert example({"components": {"schemas": {"Small": small}}}, schema) == expected


def test_an_example_of_optional_properties_is_not_empty() -> None:
    version = {"type": ["integer", "null"], "default": None, "minimum": 1}
    one = {"type": "object", "properties": {"expectedVersion": version}}
    named = {"type": "object", "properties": {"message": {"type": "string"}, "other": {"type": "string"}}}
    assert example({}, one) == {"expectedVersion": 1}
    assert example({}, named) == {"message": "Thank you."}
