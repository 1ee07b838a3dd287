"""Firebase: `POST /token` (Google's token endpoint) and `POST /v1/projects/{id}/messages:send`."""

from __future__ import annotations

import json
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from metaia.core.json import Json
from metaia.dev.stubs.vendor import Answer, Call, SentMessage, World

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MAX_BYTES = 4096
STATUSES = {"UNREGISTERED": (404, "NOT_FOUND"), "SENDER_ID_MISMATCH": (403, "PERMISSION_DENIED")}


def token(call: Call, world: World) -> Answer:
    """Return an access token, valid for an hour, for a JWT that is signed as the service account (RFC 7523)."""
    account, form = _account(world), call.form()
    private = load_pem_private_key(account["private_key"].encode(), None)
    try:
        if not isinstance(private, RSAPrivateKey) or form.get("grant_type") != GRANT:
            raise jwt.InvalidTokenError
        claims = jwt.decode(
            form.get("assertion", ""),
            private.public_key(),
            algorithms=["RS256"],
            audience=account["token_uri"],
            issuer=account["client_email"],
            options={"require": ["exp", "iat"]},
        )
        good = claims.get("scope") == SCOPE and claims["exp"] - claims["iat"] <= 3600
    except jwt.InvalidTokenError:
        good = False
    if not good:
        return Answer(400, {"error": "invalid_grant", "error_description": "Invalid JWT"})
    given = f"ya29.{uuid4().hex}"
    world.given[given] = "fcm"
    return Answer(200, {"access_token": given, "expires_in": 3600, "token_type": "Bearer"})


def send(call: Call, world: World) -> Answer:
    """Accept a push message."""
    project = _account(world)["project_id"]
    if world.given.get(call.bearer()) != "fcm":
        return _refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
    if f"/projects/{project}/" not in call.path:
        return _refused(403, "PERMISSION_DENIED", "Permission denied on resource project.")
    message: Json = call.json().get("message") or {}
    to, shown, data = str(message.get("token", "")), message.get("notification") or {}, message.get("data")
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return _invalid_field("message.data[0].value")
    if len(json.dumps([shown, data], ensure_ascii=False).encode()) > MAX_BYTES:
        return _invalid_field("message")
    if not to or to in world.gone:
        code = world.gone.get(to) or "UNREGISTERED"
        status, name = STATUSES.get(code, (400, code))
        kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        return _refused(status, name, f"Not a registration: {to}", {"@type": kind, "errorCode": code})
    key = str(((message.get("android") or {}).get("notification") or {}).get("tag", ""))
    reference = f"projects/{project}/messages/{uuid4().hex}"
    arrived = SentMessage(
        "fcm", "push", to, str(shown.get("title")), str(shown.get("body")), key, reference, raw=message
    )
    return Answer(200, {"name": reference}, arrived=arrived)


def _account(world: World) -> Json:
    account: Json = json.loads(world.settings["FCM_CREDENTIALS"])
    return account


def _invalid_field(name: str) -> Answer:
    kind = "type.googleapis.com/google.rpc.BadRequest"
    detail = {
        "@type": kind,
        "fieldViolations": [{"field": name, "description": f"Invalid value at '{name}'"}],
    }
    return _refused(400, "INVALID_ARGUMENT", f"Invalid value at '{name}'", detail)


def _refused(code: int, status: str, message: str, *details: Json) -> Answer:
    return Answer(
        code, {"error": {"code": code, "message": message, "status": status, "details": list(details)}}
    )
