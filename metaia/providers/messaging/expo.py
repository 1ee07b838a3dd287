"""Push by Expo: a ticket at once, and a receipt about a quarter of an hour later, kept for a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.http import Bearer, Http, Json, OverHttp, body, failure, objects, taken
from metaia.providers.messaging.interface import Push, Sent

MOST = 1000  # receipts that can be asked for at once
LIFE = 86_400  # seconds for which a message waits for its device
GONE = "DeviceNotRegistered"
_TOKEN = re.compile(r"Expo(?:nent)?PushToken\[[^\]]*\]")  # lets whoever has it write to the device


@dataclass(frozen=True)
class Receipt:
    """What became of a ticket: `ok`, or the name of an error."""

    reference: str
    status: str
    detail: str


class Expo(OverHttp):
    """Sends one message a call, so that each has an attempt and an answer of its own."""

    name, channel = "expo", "push"
    kinds: tuple[str, ...] = ("expo",)

    def __init__(self, access_token: str, base_url: str) -> None:
        self.http = Http(base_url, Bearer(access_token))

    def send(self, message: Push) -> Sent:
        """Send; a device that is not registered, or a message that is too big, is Permanent."""
        content = {
            "to": message.token,
            "title": message.title,
            "body": message.body,
            "data": message.data,
            "priority": "high" if message.urgent else "default",
            "ttl": LIFE,
            "tag": message.key,
            "collapseId": message.key,
        }
        ticket = self._ask("/--/api/v2/push/send", content).get("data")
        if not isinstance(ticket, dict):
            raise Technical("no ticket in the answer")
        if ticket.get("status") == "ok":
            return Sent(ticket.get("id"), "accepted")
        status = error_of(ticket)
        text = f"{status}: {ticket.get('message')}".replace(message.token, "[registration]")
        if status in {GONE, "MessageTooBig"}:
            raise Permanent(text, gone=status == GONE)
        raise Temporary(text) if status == "MessageRateExceeded" else Technical(text)

    def receipts(self, references: Sequence[str]) -> list[Receipt]:
        """Return the receipts that there are for at most MOST tickets. Raises Temporary or Technical."""
        found = self._ask("/--/api/v2/push/getReceipts", {"ids": list(references)}).get("data")
        if not isinstance(found, dict):
            raise Technical("no receipts in the answer")
        return [
            Receipt(
                reference, error_of(receipt), _TOKEN.sub("[registration]", str(receipt.get("message") or ""))
            )
            for reference, receipt in found.items()
            if isinstance(receipt, dict)
        ]

    def _ask(self, path: str, content: Json) -> Json:
        answer = self.http.post(path, json=content)
        said = body(answer)
        if taken(answer):
            return said
        codes = [str(error.get("code")) for error in objects(said.get("errors"))]
        raise failure(answer, "; ".join(codes))


def error_of(found: Json) -> str:
    """Return `ok`, or which error a ticket or receipt names."""
    if found.get("status") == "ok":
        return "ok"
    details = found.get("details")
    return str((details if isinstance(details, dict) else {}).get("error") or "error")
