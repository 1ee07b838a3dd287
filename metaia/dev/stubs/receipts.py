"""Receipts: the webhook calls that vendors send after a message, signed as the vendors sign them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

from requests import Request, RequestException, Session

from metaia.dev.stubs import sendgrid, twilio, vonage
from metaia.dev.stubs.vendor import SentMessage

WRITERS: dict[str, Callable[[SentMessage, str, Mapping[str, str]], Request]] = {
    "sendgrid": sendgrid.receipt,
    "twilio": twilio.receipt,
    "vonage": vonage.receipt,
}


def send_receipts(arrived: SentMessage, *words: str, settings: Mapping[str, str]) -> list[int]:
    """Send receipts (`sent`, `delivered`, `undelivered`) of one message in this order; return the HTTP statuses."""
    statuses = []
    with (
        Session() as session,
        contextlib.suppress(RequestException),
    ):  # no server listens; a vendor would retry
        for word in words:
            request = WRITERS[arrived.vendor](arrived, word, settings)
            statuses.append(session.send(session.prepare_request(request), timeout=10).status_code)
    return statuses
