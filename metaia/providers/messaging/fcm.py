"""Push to Android, iOS and browsers by Firebase Cloud Messaging (HTTP v1), over plain HTTPS.

A service account signs for its own access token (RFC 7523), which is one JWT: PyJWT is here for ours anyway.
"""

from __future__ import annotations

import time

import jwt

from metaia.providers.errors import Permanent, Technical
from metaia.providers.http import Bearer, Http, Json, OverHttp, Unsigned, body, failure, objects, taken
from metaia.providers.messaging.interface import Push, Sent

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EARLY = 60.0  # seconds before its end in which an access token is not used any more
LIFE = 86_400  # seconds for which a message waits for its device


class Fcm(OverHttp):
    """`account` is the JSON of a service account."""

    name, channel = "fcm", "push"
    kinds: tuple[str, ...] = ("fcm",)

    def __init__(self, account: Json, base_url: str) -> None:
        self.http = Http(base_url, Unsigned())
        self._tokens = Http(account["token_uri"], Unsigned())
        self._account = account
        self._path = f"/v1/projects/{account['project_id']}/messages:send"
        self._access, self._until = "", 0.0

    def send(self, message: Push) -> Sent:
        """Send; a registration that is void, or another sender's, is Permanent."""
        content = {"message": _message(message)}
        answer = self.http.post(self._path, json=content, auth=Bearer(self._access_token()))
        said = body(answer)
        if taken(answer):
            return Sent(said.get("name"), "accepted")
        if answer.status_code == 401:
            self._until = 0.0
        error = said.get("error")
        error = error if isinstance(error, dict) else {}
        text = f"{error.get('status')} {error.get('message')}".replace(message.token, "[registration]")
        if _gone(error):
            raise Permanent(text, gone=True)
        raise failure(answer, text)

    def _access_token(self) -> str:
        if time.time() >= self._until - EARLY:
            self._access, self._until = self._new_token()
        return self._access

    def _new_token(self) -> tuple[str, float]:
        """Return an access token, and when it ends."""
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
        said = body(answer)
        if not taken(answer):
            raise failure(answer, f"no access token: {said.get('error')}")
        try:
            return str(said["access_token"]), issued + float(said["expires_in"])
        except (KeyError, ValueError):
            raise Technical("no access token in the answer") from None

    def close(self) -> None:
        """Close the kept connections."""
        self.http.close()
        self._tokens.close()


def _message(message: Push) -> Json:
    """Write it so that a second copy of a message replaces the first one on the screen."""
    return {
        "token": message.token,
        "notification": {"title": message.title, "body": message.body},
        "data": message.data,
        "android": {
            "priority": "high" if message.urgent else "normal",
            "ttl": f"{LIFE}s",
            "notification": {"tag": message.key},
        },
        "apns": {
            "headers": {"apns-priority": "10" if message.urgent else "5", "apns-collapse-id": message.key}
        },
        "webpush": {"headers": {"TTL": str(LIFE)}, "notification": {"tag": message.key}},
    }


def _gone(error: Json) -> bool:
    """Say whether an error is about the registration: with INVALID_ARGUMENT only if no field of ours is named."""
    details = objects(error.get("details"))
    codes = {detail.get("errorCode") for detail in details}
    named = any(detail.get("fieldViolations") for detail in details)
    return bool(codes & {"UNREGISTERED", "SENDER_ID_MISMATCH"}) or ("INVALID_ARGUMENT" in codes and not named)
