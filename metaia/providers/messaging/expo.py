"""Push messages by Expo. It answers with a ticket; the receipt exists about 15 minutes later, for a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.http import (
    BearerAuth,
    HttpProvider,
    Json,
    VendorClient,
    failure,
    json_object,
    json_objects,
    succeeded,
)
from metaia.providers.messaging.interface import Push, Sent

MAX_RECEIPTS = 1000  # in one request
TTL = 86_400  # seconds for which Expo keeps a message for its device
NOT_REGISTERED = "DeviceNotRegistered"
_TOKEN = re.compile(r"Expo(?:nent)?PushToken\[[^\]]*\]")  # a secret: it permits to send to the device


@dataclass(frozen=True)
class ExpoReceipt:
    """The result of a ticket. `status` is `ok` or the name of an error."""

    reference: str
    status: str
    detail: str


class Expo(HttpProvider):
    """Sends one message per call, so that each delivery has its own attempt and answer."""

    name, channel = "expo", "push"
    kinds: tuple[str, ...] = ("expo",)

    def __init__(self, access_token: str, base_url: str) -> None:
        self.http = VendorClient(base_url, BearerAuth(access_token), name="expo")

    def send(self, message: Push) -> Sent:
        """Send a message. An unregistered device, or a message that is too big, raises Permanent."""
        content = {
            "to": message.token,
            "title": message.title,
            "body": message.body,
            "data": message.data,
            "priority": "high" if message.urgent else "default",
            "ttl": TTL,
            "tag": message.tag,
            "collapseId": message.tag,
        }
        ticket = self._post("/--/api/v2/push/send", content).get("data")
        if not isinstance(ticket, dict):
            raise Technical("no ticket in the answer")
        if ticket.get("status") == "ok":
            return Sent(ticket.get("id"), "accepted")
        status = error_of(ticket)
        text = f"{status}: {ticket.get('message')}".replace(message.token, "[registration]")
        if status in {NOT_REGISTERED, "MessageTooBig"}:
            raise Permanent(text, gone=status == NOT_REGISTERED)
        raise Temporary(text) if status == "MessageRateExceeded" else Technical(text)

    def receipts(self, references: Sequence[str]) -> list[ExpoReceipt]:
        """Return the existing receipts of up to MAX_RECEIPTS tickets. Raises Temporary or Technical."""
        found = self._post("/--/api/v2/push/getReceipts", {"ids": list(references)}).get("data")
        if not isinstance(found, dict):
            raise Technical("no receipts in the answer")
        return [
            ExpoReceipt(
                reference, error_of(receipt), _TOKEN.sub("[registration]", str(receipt.get("message") or ""))
            )
            for reference, receipt in found.items()
            if isinstance(receipt, dict)
        ]

    def _post(self, path: str, content: Json) -> Json:
        answer = self.http.post(path, json=content)
        result = json_object(answer)
        if succeeded(answer):
            return result
        codes = [str(error.get("code")) for error in json_objects(result.get("errors"))]
        raise failure(answer, "; ".join(codes))


def error_of(found: Json) -> str:
    """Return `ok`, or the name of the error in a ticket or receipt."""
    if found.get("status") == "ok":
        return "ok"
    details = found.get("details")
    return str((details if isinstance(details, dict) else {}).get("error") or "error")
