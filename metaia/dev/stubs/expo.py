"""Expo: `POST /--/api/v2/push/send`, and `/getReceipts`, which reports a removed device later than the ticket."""

from __future__ import annotations

import json
import re
from uuid import uuid4

from metaia.core.json import Json
from metaia.dev.stubs.vendor import Answer, Call, SentMessage, World

DEVICE = re.compile(r"Expo(nent)?PushToken\[[^\]]+\]")
MAX_BYTES = 4096  # of a message
MAX_TICKETS = 1000  # in a request


def send(call: Call, world: World) -> Answer:
    """Accept a push message; answer with its ticket."""
    if call.bearer() != world.settings["EXPO_ACCESS_TOKEN"]:
        return _refused(401, "UNAUTHORIZED")
    content = call.json()
    to = str(content.get("to", ""))
    if not content.get("title") or not isinstance(content.get("data"), dict):
        return _refused(400, "VALIDATION_ERROR")
    if not DEVICE.fullmatch(to) or to in world.gone:
        return Answer(200, {"data": _error(world.gone.get(to) or "DeviceNotRegistered", to)})
    if len(json.dumps(content, ensure_ascii=False).encode()) > MAX_BYTES:
        return Answer(200, {"data": _error("MessageTooBig", to)})
    ticket = str(uuid4())
    world.given[ticket] = to
    arrived = SentMessage(
        "expo", "push", to, content["title"], str(content.get("body")), str(content.get("collapseId")), ticket,
        raw=content,
    )  # fmt: skip
    return Answer(200, {"data": {"status": "ok", "id": ticket}}, arrived=arrived)


def get_receipts(call: Call, world: World) -> Answer:
    """Answer with the receipts of tickets."""
    if call.bearer() != world.settings["EXPO_ACCESS_TOKEN"]:
        return _refused(401, "UNAUTHORIZED")
    tickets = call.json().get("ids")
    if not isinstance(tickets, list) or len(tickets) > MAX_TICKETS:
        return _refused(400, "VALIDATION_ERROR")
    found = {ticket: world.given[ticket] for ticket in tickets if ticket in world.given}
    receipts = {
        ticket: _error(world.gone[to] or "DeviceNotRegistered", to) if to in world.gone else {"status": "ok"}
        for ticket, to in found.items()
    }
    return Answer(200, {"data": receipts})


def _error(name: str, to: str) -> Json:
    return {"status": "error", "message": f'"{to}": {name}', "details": {"error": name}}


def _refused(status: int, code: str) -> Answer:
    return Answer(status, {"errors": [{"code": code, "message": code.lower()}]})
