"""The interface of vendors' webhooks: a call as received, and what a vendor defines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from werkzeug.datastructures import Headers

from metaia.core.db import AnyRow
from metaia.core.json import Json

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
# Why a call is refused; `unsigned` has no signature at all, `time` has one that is valid at another time.
Why = Literal["unsigned", "signature", "time", "too_large", "compressed", "content_type"]
WHYS: tuple[Why, ...] = get_args(Why)


class VerificationFailed(Exception):
    """The signature or the timestamp of a call is wrong. The text is logged, and the caller does not see it."""

    def __init__(self, text: str, why: Why = "signature") -> None:
        super().__init__(text)
        self.why: Why = why


@dataclass(frozen=True)
class WebhookCall:
    """A webhook as received.

    `url` is our address as the vendor knows it, `tolerance` the permitted deviation of the vendor's clock.
    """

    url: str
    query: str
    headers: Headers
    content_type: str
    body: bytes
    received_at: datetime
    tolerance: timedelta


@dataclass(frozen=True)
class Content:
    """What a call states. `type` and `subject` are the vendor's words; `facts` contain no personal data.

    A fact has a `kind`, a `reference` (the vendor's id of its object) and a `status`. One about money also has an
    `amount` in minor units, a `currency` and the `attempt` to pay; one about a message has our id of its `delivery`.
    """

    type: str | None = None
    subject: str | None = None
    facts: tuple[Json, ...] = field(default=())


@dataclass(frozen=True)
class VendorWebhook:
    """A vendor that calls `/api/webhooks/{name}`.

    - `setting` names the setting with the secrets or public keys for `verify`, separated by commas. Without a value
      the address returns 404.
    - `secrets` are the secrets themselves, where the setting has those of several vendors.
    - `enabled_by` names a setting that must be true too.
    - `signature_header` names the header with the signature.
    - `verify` returns the key by which repetitions of a call are found, for one secret. Raises VerificationFailed.
    - `read` returns what a stored webhook states; it is pure, and raises an error of `effects.UNREADABLE` for
      content that makes no sense.
    - `process` processes a stored webhook in the running transaction and returns what is missing, if anything. It
      must be idempotent, and must accept webhooks in any order.
    - `stored_headers` are stored with the call.
    - `answer` is the status and body that the vendor expects.
    - `money` states that calls are about money: they are kept for ever, their contents for
      PAYMENT_WEBHOOK_DAYS.
    """

    name: str
    setting: str
    signature_header: str
    content_types: tuple[str, ...]
    verify: Callable[[WebhookCall, str], str]
    process: Callable[[AnyRow], str | None]
    read: Callable[[AnyRow], Content]
    secrets: tuple[str, ...] = ()
    stored_headers: tuple[str, ...] = ()
    enabled_by: str = ""
    answer: tuple[int, bytes] = (204, b"")
    money: bool = False
