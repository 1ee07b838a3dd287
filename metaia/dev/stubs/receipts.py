"""What vendors say later of what they took, signed as they sign it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

from requests import Request, RequestException, Session

from metaia.dev.stubs import sendgrid, twilio, vonage
from metaia.dev.stubs.vendor import Arrived

WRITTEN: dict[str, Callable[[Arrived, str, Mapping[str, str]], Request]] = {
    "sendgrid": sendgrid.receipt,
    "twilio": twilio.receipt,
    "vonage": vonage.receipt,
}


def tell(arrived: Arrived, *words: str, settings: Mapping[str, str]) -> list[int]:
    """Send receipts of one message in this order; return the statuses of the answers."""
    statuses = []
    with (
        Session() as session,
        contextlib.suppress(RequestException),
    ):  # nobody is there: a vendor would try again
        for word in words:
            request = WRITTEN[arrived.vendor](arrived, word, settings)
            statuses.append(session.send(session.prepare_request(request), timeout=10).status_code)
    return statuses
