"""Vonage's Messages API: `POST /v1/messages`, and its status webhooks."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

import jwt
from requests import Request

from metaia.dev.stubs.vendor import Answer, Call, SentMessage, World

WORDS = {"sent": "submitted", "delivered": "delivered", "undelivered": "undeliverable"}


def messages(call: Call, world: World) -> Answer:
    """Accept a text message."""
    if call.basic() != f"{world.settings['VONAGE_API_KEY']}:{world.settings['VONAGE_API_SECRET']}":
        return _refused(401, "Unauthorized", "You did not provide correct credentials.")
    content = call.json()
    to, text, key = (str(content.get(name, "")) for name in ("to", "text", "client_ref"))
    if (content.get("message_type"), content.get("channel")) != ("text", "sms"):
        return _invalid("channel", "does not support this message_type")
    if not content.get("from"):
        return _invalid("from", "is required")
    if not to.isdecimal() or not 7 <= len(to) <= 15 or f"+{to}" in world.gone:
        return _invalid("to", "is not a number that can be reached")
    if not text or len(text) > 1000 or len(key) > 100:
        return _invalid("client_ref" if text and len(text) <= 1000 else "text", "is missing or too long")
    reference, callback = str(uuid4()), content.get("webhook_url")
    arrived = SentMessage("vonage", "sms", f"+{to}", "", text, key, reference, callback, content)
    return Answer(202, {"message_uuid": reference}, arrived=arrived)


def receipt(arrived: SentMessage, word: str, settings: Mapping[str, str]) -> Request:
    """Return a status webhook, signed by a JWT that contains the hash of the body."""
    body = json.dumps(
        {
            "message_uuid": arrived.reference,
            "client_ref": arrived.key,
            "channel": "sms",
            "to": arrived.to.lstrip("+"),
            "timestamp": datetime.now(UTC).isoformat(),
            "status": WORDS[word],
        }
    )
    claims = {
        "iat": int(time.time()),
        "jti": str(uuid4()),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body.encode()).hexdigest(),
        "api_key": settings["VONAGE_API_KEY"],
    }
    signed = jwt.encode(claims, settings["VONAGE_SIGNATURE_SECRET"], algorithm="HS256")
    headers = {"Authorization": f"Bearer {signed}", "Content-Type": "application/json"}
    return Request("POST", arrived.callback or "", data=body, headers=headers)


def _invalid(name: str, reason: str) -> Answer:
    wrong = {"invalid_parameters": [{"name": name, "reason": reason}]}
    return _refused(422, "Invalid params", "The value of one or more parameters is invalid.", **wrong)


def _refused(status: int, title: str, detail: str, **more: object) -> Answer:
    kind = "https://developer.vonage.com/api-errors/messages"
    problem = {"type": kind, "title": title, "detail": detail, "instance": uuid4().hex}
    return Answer(status, problem | more)
