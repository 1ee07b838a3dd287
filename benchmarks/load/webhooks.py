"""Webhooks: signed calls of Razorpay, each about another payment, at a steady rate."""

from __future__ import annotations

import hmac
import json
from array import array
from time import monotonic, time

from benchmarks.load.clients import HttpClient
from benchmarks.load.hub import Hub
from benchmarks.load.seen import Clock, Seen, summary

CONNECTIONS = 64


def webhooks(hub: Hub, port: int, secret: str, name: str, count: int, rate: float) -> Seen:
    """Send `count` calls, `rate` a second and independent of the answers. Latency counts from the scheduled start.

    `name` makes the payments of a phase distinct.
    """
    calls = [_call(secret, f"{name}{number}", number) for number in range(count)]
    clients = [HttpClient(hub, port) for _ in range(CONNECTIONS)]
    free, answers, sent = list(clients), array("d"), 0
    clock, begun = Clock(), monotonic() + 0.05

    def send(at: float, call: bytes) -> None:
        client = free.pop()

        def answered(_: int) -> None:
            answers.append(monotonic() - at)
            free.append(client)

        client.ask(call, answered)

    def due() -> float:
        nonlocal sent
        while sent < count and (at := begun + sent / rate) <= monotonic():
            if not free:
                return 0.001
            send(at, calls[sent])
            sent += 1
        return 0.05 if sent >= count else begun + sent / rate - monotonic()

    try:
        hub.run(lambda: len(answers) >= count, 60 + count / rate, due, f"only {len(answers)} are answered")
    finally:
        for client in clients:
            client.close()
    return clock.seen() | {"answer": summary(answers)}


def _call(secret: str, name: str, number: int) -> bytes:
    """Return a request with a body that has the size and the fields of Razorpay's."""
    moment = int(time())
    payment = {
        "id": f"pay_{name}", "entity": "payment", "amount": 10_000 + number, "currency": "INR", "status": "captured",
        "order_id": f"order_{name}", "invoice_id": None, "international": False, "method": "upi", "captured": True,
        "amount_refunded": 0, "refund_status": None, "description": "Order of the benchmark", "card_id": None,
        "bank": None, "wallet": None, "vpa": "asha@upi", "email": "asha@bench.example", "contact": "+915550010101",
        "notes": [], "fee": 200, "tax": 30, "error_code": None, "error_description": None, "error_source": None,
        "error_step": None, "error_reason": None, "acquirer_data": {"rrn": "123456789012"}, "created_at": moment,
    }  # fmt: skip
    event = {
        "entity": "event", "account_id": "acc_bench", "event": "payment.captured", "contains": ["payment"],
        "payload": {"payment": {"entity": payment}}, "created_at": moment,
    }  # fmt: skip
    body = json.dumps(event).encode()
    head = (
        "POST /api/webhooks/razorpay HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Razorpay-Signature: {hmac.new(secret.encode(), body, 'sha256').hexdigest()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
