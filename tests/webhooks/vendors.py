"""Signed calls of vendors."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from metaia.core.ids import new_id

TOKEN = "a-twilio-auth-token-of-the-tests"
SECRET = "a-vonage-signature-secret-of-tests"
OURS = "https://metaia.example"  # PUBLIC_BASE_URL; calls go to the server of the tests
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC_KEY = b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
SETTINGS = {
    "PUBLIC_BASE_URL": OURS,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "VONAGE_SIGNATURE_SECRET": SECRET,
    "SENDGRID_WEBHOOK_PUBLIC_KEY": PUBLIC_KEY,
}
EVENTS = "X-Twilio-Email-Event-Webhook-"
FORM, JSON = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/json"}


class Vendors:
    """Calls the webhooks of a server as vendors do."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, path: str, body: Any, headers: dict[str, str]) -> requests.Response:
        """Call a webhook. No answer may be a 500."""
        answer = requests.post(f"{self.url}/api/webhooks/{path}", data=body, headers=headers, timeout=30)
        assert answer.status_code < 500, answer.text
        return answer

    def twilio(self, *, delivery: str | None = None, **fields: str) -> requests.Response:
        """Send a form as Twilio does."""
        path = f"twilio?delivery={delivery}" if delivery else "twilio"
        fields = {"MessageSid": f"SM{new_id()}", "To": "+15005550006", "From": "+15005550001"} | fields
        signature = twilio_signature(f"{OURS}/api/webhooks/{path}", fields)
        return self.call(path, urlencode(fields), FORM | {"X-Twilio-Signature": signature})

    def vonage(self, *, age: float = 0, **told: Any) -> requests.Response:
        """Send JSON as Vonage does."""
        body = json.dumps({"message_uuid": new_id(), "timestamp": "2026-11-20T10:00:00.000Z"} | told).encode()
        return self.call("vonage", body, JSON | {"Authorization": f"Bearer {vonage_token(body, age=age)}"})

    def sendgrid(self, *events: Any, age: float = 0) -> requests.Response:
        """Send a batch of events as SendGrid does."""
        body = (json.dumps(events) + "\r\n").encode()
        return self.call("sendgrid", body, JSON | sendgrid_headers(body, age=age))


def twilio_signature(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


def vonage_token(body: bytes, *, age: float = 0, secret: str = SECRET, **claims: Any) -> str:
    told: dict[str, Any] = {"iat": int(time.time() - age), "jti": new_id(), "iss": "Vonage"}
    told |= {"payload_hash": hashlib.sha256(body).hexdigest()} | claims
    return jwt.encode({name: value for name, value in told.items() if value is not None}, secret, "HS256")


def sendgrid_headers(body: bytes, *, age: float = 0) -> dict[str, str]:
    timestamp = str(int(time.time() - age))
    signature = KEY.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
    return {f"{EVENTS}Timestamp": timestamp, f"{EVENTS}Signature": b64encode(signature).decode()}


def event(word: str, *, delivery: Any = None, **more: Any) -> dict[str, Any]:
    """Return an event of SendGrid's."""
    told = {"event": word, "sg_event_id": new_id(), "timestamp": int(time.time()), "email": "a@test.example"}
    return told | ({"delivery": delivery} if delivery else {}) | more
