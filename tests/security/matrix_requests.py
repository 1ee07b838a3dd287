"""How a cell of the matrix is asked: the same way for every route and every event, with words that are valid."""

from __future__ import annotations

import re
import uuid

import requests
import websocket
from flask import Flask
from socketio.exceptions import ConnectionError as Refused

from metaia.core.json import Json
from metaia.core.openapi import postman
from metaia.realtime.inbound import INBOUND
from tests.security.matrix_people import Stage
from tests.security.matrix_table import OK, OPENED, Row
from tests.support import contract
from tests.support.people import PASSWORD, WAIT, Person
from tests.support.staff_browser import Browser
from tests.support.waiting import refused

CONNECT = "connect"
LOGIN = "/admin/login"  # with the address of nobody
WEB_SOCKETS = ("GET /ws", "GET /admin")
REFUSED = 4000  # plus the HTTP status: the close code of a WebSocket
# What the examples of the OpenAPI document cannot know, by field; the rest they make up themselves.
FIELDS = {"password": PASSWORD, "currentPassword": PASSWORD, "newPassword": "another-long-enough-password"}
# Where one must be given of several that may be, or the example would mean something else than the row.
BODIES: dict[str, Json] = {
    "POST /api/orders": {"items": [{"name": "Suit", "quantity": 1, "price": 12.5}]},
    "POST /api/admin/users": {"role": "support"},
    "PATCH /api/admin/users/{user_id}": {"active": True},
    "PUT /api/orders/{order_id}/status": {"status": "accepted"},
    "PUT /api/admin/orders/{order_id}/status": {"status": "accepted"},
    "POST /api/auth/second-factor/recovery-codes": {"password": PASSWORD},
    "POST /api/notifications/devices": {"token": "the-matrix-device"},
}
UNSUBSCRIBE = "/api/notifications/unsubscribe"
# What of an address stands in its query.
QUERIES = {
    f"GET {UNSUBSCRIBE}": "?token={unsubscribe_token}",
    f"POST {UNSUBSCRIBE}": "?token={unsubscribe_token}",
    f"POST {UNSUBSCRIBE}/undo": "?token={unsubscribe_token}",
}
FORMS = {f"POST {UNSUBSCRIBE}": {"List-Unsubscribe": "One-Click"}}  # in place of a body
# What stands in the body by id: how many of them were changed, by which name the answer says it.
CHOSEN = {"PUT /api/notifications/read": "changed", "POST /api/notifications/delete": "deleted"}
# What addresses and events say and is no object of anybody's.
PLAIN = {
    "path": "swagger-ui.css",
    "status": "online",
    "filename": "staff.css",
    "instance_number": "0",
    "queue_name": "matrix",
    "registry_name": "failed",
    "per_page": "8",
    "order": "asc",
    "page": "1",
    "job_id": "none",
    "name": "order_ready",
    "locale": "en",
    "channel": "email",
    "source": "sendgrid",
}


def route(stage: Stage, row: Row, actor: str, kind: str) -> str:
    """Call a route as an actor, with an object if it names one; return the status, and the code of an error."""
    person = stage.person(actor, fresh=row.spends)
    method, _, pattern = _address_of(row.name).partition(" ")
    path = pattern.format(**_named(stage, row, person, kind))
    if row.by_cookie:
        return _outcome(_page(stage.browser(actor, fresh=row.spends), method, path))
    headers = {"Authorization": f"Bearer {person.token}"} if person else {}
    if row.name in WEB_SOCKETS:
        return _web_socket(stage.world.url.replace("http", "ws") + path, headers)
    body, form = _body(stage, row.name), FORMS.get(row.name)
    if row.name in CHOSEN:
        body = {"ids": [*_named(stage, row, person, kind).values()]}
    answer = stage.world.call(method, path, json=body, data=form, headers=headers, stream=True)
    return _outcome(answer, count=CHOSEN.get(row.name))


def event(stage: Stage, row: Row, actor: str, kind: str) -> str:
    """Send an event as an actor; return OK, or the code of an error, which is all that a client is told."""
    person = stage.person(actor)
    try:
        socket = stage.socket(actor)
    except Refused:
        return str(refused(stage.world.url, auth={"token": person.token} if person else {})["code"])
    if row.name == CONNECT:
        return OK
    answer = socket.ask(row.name, _named(stage, row, person, kind))
    return OK if answer["ok"] else str(answer["error"]["code"])


def parameters(app: Flask, name: str) -> list[str]:
    """Return what a route's address, or an event, says by name."""
    if name in CHOSEN:
        return ["notification_id"]
    inbound = INBOUND.of(app).get(name)
    return re.findall(r"{(\w+)}", _address_of(name)) if inbound is None else [*inbound.schema().fields]


def _address_of(name: str) -> str:
    return name + QUERIES.get(name, "")


def _page(browser: Browser, method: str, path: str) -> requests.Response:
    """Call one of staff's pages, as a page loaded just before does where it is a change."""
    if method == "GET":
        return browser.get(path)
    if path == LOGIN:
        return browser.post(path, {"email": _address(), "password": PASSWORD})
    return browser.change(path) if browser.http.cookies else browser.post(path)


def _outcome(answer: requests.Response, *, count: str | None = None) -> str:
    with answer:  # a stream has no end
        if answer.ok:
            done = f" {count} {answer.json()['data'][count]}" if count else ""
            return f"{answer.status_code}{done}"
        return f"{answer.status_code} {answer.json()['error']['code']}"


def _named(stage: Stage, row: Row, person: Person | None, kind: str) -> dict[str, str]:
    """Return what stands in an address or event, by name."""
    action = row.name.rpartition("/")[2]
    return {
        name: PLAIN.get(name) or stage.thing(name, kind, person, action)
        for name in parameters(stage.app, row.name)
    }


def _body(stage: Stage, name: str) -> Json | None:
    """Return a body that a route takes, None where it takes none."""
    document = contract.of(stage.world.url).document
    method, _, path = name.partition(" ")
    operation = document["paths"].get(path, {}).get(method.lower(), {})
    if "requestBody" not in operation or name in FORMS:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    given: Json = postman.example(document, schema)
    known = FIELDS | {"email": _address(), "deliveryPartnerId": stage.courier.id}
    return given | {field: known[field] for field in given.keys() & known.keys()} | BODIES.get(name, {})


def _address() -> str:
    return f"{uuid.uuid4().hex}@test.example"


def _web_socket(address: str, headers: dict[str, str]) -> str:
    """Connect a WebSocket; return OPENED, or what its close frame says in place of an answer."""
    socket = websocket.create_connection(address, header=headers, timeout=WAIT)
    try:
        socket.ping()  # who was let in gets a pong
        opcode, frame = socket.recv_data(control_frame=True)
        if opcode != websocket.ABNF.OPCODE_CLOSE:
            return OPENED
        return f"{int.from_bytes(frame[:2]) - REFUSED} {frame[2:].decode()}"
    finally:
        socket.shutdown()
