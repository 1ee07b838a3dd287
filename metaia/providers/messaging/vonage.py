"""SMS by Vonage (Messages API): the second vendor.

Chosen because one JSON call does it, its errors are statuses of HTTP, and it takes our own reference and a callback
with each message, as Twilio does; its receipts are signed.
"""

from __future__ import annotations

from requests.auth import HTTPBasicAuth

from metaia.providers.errors import Permanent
from metaia.providers.http import Http, Json, OverHttp, body, failure, objects, taken
from metaia.providers.messaging.interface import Sent, Sms


class Vonage(OverHttp):
    """`sender` is a number of ours, or a name where networks allow one."""

    name, channel = "vonage", "sms"
    kinds: tuple[str, ...] = ()

    def __init__(self, api_key: str, api_secret: str, sender: str, base_url: str) -> None:
        self.http = Http(base_url, HTTPBasicAuth(api_key, api_secret))
        self._sender = sender.lstrip("+")

    def send(self, message: Sms) -> Sent:
        """Send; a number that Vonage does not take is Permanent."""
        content: Json = {
            "message_type": "text",
            "channel": "sms",
            "to": message.to.lstrip("+"),  # it wants numbers without
            "from": self._sender,
            "text": message.text,
            "client_ref": message.key,
        }
        if message.callback:
            content["webhook_url"] = message.callback
        answer = self.http.post("/v1/messages", json=content)
        said = body(answer)
        if taken(answer):
            return Sent(said.get("message_uuid"), "accepted")
        text = f"{said.get('title')}: {said.get('detail')}"
        wrong = {each.get("name") for each in objects(said.get("invalid_parameters"))}
        if answer.status_code == 422 and wrong & {"to", "text"}:
            raise Permanent(f"422 {text}", gone="to" in wrong)
        raise failure(answer, text)
