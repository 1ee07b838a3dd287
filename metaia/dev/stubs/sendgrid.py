"""SendGrid: `POST /v3/mail/send`, and its signed event webhook."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from urllib.parse import unquote
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from requests import Request

from metaia.core.json import Json
from metaia.dev.stubs.vendor import Answer, Call, SentMessage, World

WORDS = {"sent": "processed", "delivered": "delivered", "undelivered": "bounce"}
OWN = {"to", "from", "subject", "cc", "bcc", "reply-to", "content-type", "received", "dkim-signature"}
HEADER = "X-Twilio-Email-Event-Webhook-"


def send(call: Call, world: World) -> Answer:
    """Accept a mail."""
    if call.bearer() != world.settings["SENDGRID_API_KEY"]:
        return _refused(401, None, "The provided authorization grant is invalid, expired, or revoked")
    content = call.json()
    person = (content.get("personalizations") or [{}])[0]
    to = str((person.get("to") or [{}])[0].get("email", ""))
    parts = {part.get("type"): part.get("value") for part in content.get("content") or []}
    if to.count("@") != 1 or to in world.gone:
        return _refused(400, "personalizations.0.to.0.email", "Does not contain a valid address.")
    if "@" not in str((content.get("from") or {}).get("email")):
        return _refused(400, "from.email", "The from object must be provided for every email send.")
    if not content.get("subject") or list(parts) != ["text/plain", "text/html"] or not all(parts.values()):
        return _refused(400, "content", "A subject, and content as text and HTML, are required.")
    if OWN & {name.lower() for name in content.get("headers") or {}}:
        return _refused(400, "headers", "This header is set by the API.")
    reference = uuid4().hex
    key = str((person.get("custom_args") or {}).get("delivery", ""))
    callback = world.settings.get("SENDGRID_EVENTS_URL")
    arrived = SentMessage(
        "sendgrid", "email", to, content["subject"], parts["text/plain"], key, reference, callback, content
    )
    return Answer(202, headers={"X-Message-Id": reference}, arrived=arrived)


def clear(call: Call, world: World) -> Answer:
    """Remove an address from one of the suppression lists: 404 if it is not in the list."""
    if call.bearer() != world.settings["SENDGRID_API_KEY"]:
        return _refused(401, None, "The provided authorization grant is invalid, expired, or revoked")
    name, _, address = call.path.rpartition("/")
    listed = (name, unquote(address))
    if listed not in world.listed:
        return Answer(404)
    world.listed.remove(listed)
    return Answer(204)


def receipt(arrived: SentMessage, word: str, settings: Mapping[str, str]) -> Request:
    """Return a signed call of the event webhook (ECDSA over timestamp and body)."""
    event = {
        "email": arrived.to,
        "timestamp": int(time.time()),
        "event": WORDS[word],
        "sg_event_id": uuid4().hex,
        "sg_message_id": f"{arrived.reference}.recvd-0-0",
        **arrived.raw["personalizations"][0].get("custom_args", {}),
    } | ({"type": "bounce", "reason": "550 no such person"} if word == "undelivered" else {})
    body, timestamp = json.dumps([event]), str(int(time.time()))
    key = load_der_private_key(b64decode(settings["SENDGRID_WEBHOOK_PRIVATE_KEY"]), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("SENDGRID_WEBHOOK_PRIVATE_KEY is no key for ECDSA")
    signature = b64encode(key.sign((timestamp + body).encode(), ECDSA(SHA256()))).decode()
    headers = {
        f"{HEADER}Signature": signature,
        f"{HEADER}Timestamp": timestamp,
        "Content-Type": "application/json",
    }
    return Request("POST", arrived.callback or "", data=body, headers=headers)


def _refused(status: int, field: str | None, message: str) -> Answer:
    problem: Json = {"message": message, "field": field, "help": None}
    return Answer(status, {"errors": [problem]})
