"""Text messages by Vonage (Messages API), the second vendor.

Reasons for this API: one JSON call, errors as HTTP statuses, our own reference and callback address per message as
with Twilio, and signed receipts.
"""

from __future__ import annotations

from requests.auth import HTTPBasicAuth

from metaia.providers.errors import Permanent
from metaia.providers.http import (
    HttpProvider,
    Json,
    VendorClient,
    failure,
    json_object,
    json_objects,
    succeeded,
)
from metaia.providers.messaging.interface import Sent, Sms


class Vonage(HttpProvider):
    """`sender` is one of our numbers, or a name where networks permit it."""

    name, channel = "vonage", "sms"
    kinds: tuple[str, ...] = ()

    def __init__(self, api_key: str, api_secret: str, sender: str, base_url: str) -> None:
        self.http = VendorClient(base_url, HTTPBasicAuth(api_key, api_secret), name="vonage")
        self._sender = sender.lstrip("+")

    def send(self, message: Sms) -> Sent:
        """Send a text message. A number that Vonage refuses raises Permanent."""
        content: Json = {
            "message_type": "text",
            "channel": "sms",
            "to": message.to.lstrip("+"),  # Vonage expects numbers without `+`
            "from": self._sender,
            "text": message.text,
            "client_ref": message.key,
        }
        if message.callback:
            content["webhook_url"] = message.callback
        answer = self.http.post("/v1/messages", json=content)
        result = json_object(answer)
        if succeeded(answer):
            return Sent(result.get("message_uuid"), "accepted")
        text = f"{result.get('title')}: {result.get('detail')}"
        wrong = {each.get("name") for each in json_objects(result.get("invalid_parameters"))}
        if answer.status_code == 422 and wrong & {"to", "text"}:
            raise Permanent(f"422 {text}", gone="to" in wrong)
        raise failure(answer, text)
