"""Push messages to Android, iOS and browsers by Firebase Cloud Messaging (HTTP v1), without Google's SDK.

A service account gets its access token for a signed JWT (RFC 7523), which PyJWT makes.
"""

from __future__ import annotations

import time

import jwt

from metaia.providers.errors import Permanent, Technical
from metaia.providers.http import (
    BearerAuth,
    HttpProvider,
    Json,
    NoAuth,
    VendorClient,
    failure,
    json_object,
    json_objects,
    succeeded,
)
from metaia.providers.messaging.interface import Push, Sent

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
RENEW_SECONDS = 60.0  # before its end an access token is renewed
TTL = 86_400  # seconds for which FCM keeps a message for its device


class Fcm(HttpProvider):
    """`account` is the JSON key of a service account."""

    name, channel = "fcm", "push"
    kinds: tuple[str, ...] = ("fcm",)

    def __init__(self, account: Json, base_url: str) -> None:
        self.http = VendorClient(base_url, NoAuth(), name="fcm")
        self._tokens = VendorClient(account["token_uri"], NoAuth(), name="fcm")
        self._account = account
        self._path = f"/v1/projects/{account['project_id']}/messages:send"
        self._access, self._until = "", 0.0

    def send(self, message: Push) -> Sent:
        """Send a message. A registration that is invalid, or belongs to another sender, raises Permanent."""
        content = {"message": _message(message)}
        answer = self.http.post(self._path, json=content, auth=BearerAuth(self._access_token()))
        result = json_object(answer)
        if succeeded(answer):
            return Sent(result.get("name"), "accepted")
        if answer.status_code == 401:
            self._until = 0.0
        error = result.get("error")
        error = error if isinstance(error, dict) else {}
        text = f"{error.get('status')} {error.get('message')}".replace(message.token, "[registration]")
        if _is_about_registration(error):
            raise Permanent(text, gone=True)
        raise failure(answer, text)

    def _access_token(self) -> str:
        if time.time() >= self._until - RENEW_SECONDS:
            self._access, self._until = self._new_token()
        return self._access

    def _new_token(self) -> tuple[str, float]:
        """Return an access token and the time at which it expires, in seconds since the epoch."""
        issued = int(time.time())
        claims = {
            "iss": self._account["client_email"],
            "scope": SCOPE,
            "aud": self._account["token_uri"],
            "iat": issued,
            "exp": issued + 3600,
        }
        signed = jwt.encode(claims, self._account["private_key"], algorithm="RS256")
        answer = self._tokens.post("", data={"grant_type": GRANT, "assertion": signed})
        result = json_object(answer)
        if not succeeded(answer):
            raise failure(answer, f"no access token: {result.get('error')}")
        try:
            return str(result["access_token"]), issued + float(result["expires_in"])
        except (KeyError, ValueError):
            raise Technical("no access token in the answer") from None

    def close(self) -> None:
        """Close the kept connections."""
        self.http.close()
        self._tokens.close()


def _message(message: Push) -> Json:
    """Return the message. `tag` and the collapse id let a second copy replace the first one on the screen."""
    return {
        "token": message.token,
        "notification": {"title": message.title, "body": message.body},
        "data": message.data,
        "android": {
            "priority": "high" if message.urgent else "normal",
            "ttl": f"{TTL}s",
            "notification": {"tag": message.tag},
        },
        "apns": {
            "headers": {"apns-priority": "10" if message.urgent else "5", "apns-collapse-id": message.tag}
        },
        "webpush": {"headers": {"TTL": str(TTL)}, "notification": {"tag": message.tag}},
    }


def _is_about_registration(error: Json) -> bool:
    """Return whether an error is about the registration. INVALID_ARGUMENT is, unless it names a field."""
    details = json_objects(error.get("details"))
    codes = {detail.get("errorCode") for detail in details}
    named = any(detail.get("fieldViolations") for detail in details)
    return bool(codes & {"UNREGISTERED", "SENDER_ID_MISMATCH"}) or ("INVALID_ARGUMENT" in codes and not named)
