"""Signatures of payment providers: pure functions that return whether a signature fits, for any input.

A setting may have several secrets, separated by commas: a vendor signs the retries of old calls with the old secret.
Each secret is tried, in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
MOST_SIGNATURES = 20  # that are read of one Stripe-Signature header
_RESPONSE = (
    "status", "", "", "", "", "", "udf5", "udf4", "udf3", "udf2", "udf1", "email", "firstname", "productinfo",
    "amount", "txnid", "key",
)  # fmt: skip
_REQUEST = (
    "key", "txnid", "amount", "productinfo", "firstname", "email", "udf1", "udf2", "udf3", "udf4", "udf5", "", "",
    "", "", "",
)  # fmt: skip


def secrets(setting: str) -> tuple[str, ...]:
    """Return the secrets of a setting."""
    return tuple(each.strip() for each in setting.split(",") if each.strip())


def razorpay_webhook(setting: str, body: bytes, signature: str) -> bool:
    """Return whether `X-Razorpay-Signature` fits: a hexadecimal HMAC-SHA256 of the raw body."""
    return _fits([signature], (_hmac(secret, body) for secret in secrets(setting)))


def razorpay_checkout(setting: str, order_id: str, payment_id: str, signature: str) -> bool:
    """Return whether the checkout's signature fits. It is made with the API key's secret, not with the webhook's."""
    return razorpay_webhook(setting, f"{order_id}|{payment_id}".encode(errors="replace"), signature)


def stripe_webhook(
    setting: str, body: bytes, header: str, *, received_at: datetime, tolerance: timedelta
) -> bool:
    """Return whether `Stripe-Signature` fits: `t=…,v1=…`, an HMAC-SHA256 of time and body; any `v1` may fit.

    The time may differ from `received_at` by at most `tolerance`, also into the future.
    """
    parts = [part.strip().partition("=")[::2] for part in header.split(",", MOST_SIGNATURES)]
    times = [value for name, value in parts if name == "t"]
    if not times or not _TIMESTAMP.fullmatch(times[0]):
        return False
    if abs(int(times[0]) - received_at.timestamp()) > tolerance.total_seconds():
        return False
    given = [value for name, value in parts if name == "v1"]
    signed = times[0].encode() + b"." + body
    return _fits(given, (_hmac(secret, signed) for secret in secrets(setting)))


def payu_request(salt: str, fields: Mapping[str, str]) -> str:
    """Return the hash of a payment's form."""
    return _sha512([*(fields.get(name, "") if name else "" for name in _REQUEST), salt])


def payu_response(setting: str, fields: Mapping[str, str]) -> bool:
    """Return whether the hash of PayU's form fits. It covers the text of the amount: `40.0` is not `40.00`."""
    texts = [fields.get(name, "") if name else "" for name in _RESPONSE]
    extra = fields.get("additionalCharges") or fields.get("additional_charges")
    expected = (_sha512([*([extra] if extra else []), salt, *texts]) for salt in secrets(setting))
    return _fits([fields.get("hash", "").lower()], expected)


def payu_command(key: str, command: str, subject: str, salt: str) -> str:
    """Return the hash of a call: of its command and first variable."""
    return _sha512([key, command, subject, salt])


def _hmac(secret: str, signed: bytes) -> str:
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def _sha512(texts: Iterable[str]) -> str:
    return hashlib.sha512("|".join(texts).encode(errors="replace")).hexdigest()


def _fits(given: Iterable[str], expected: Iterable[str]) -> bool:
    known = [each.encode() for each in expected]
    pairs = [hmac.compare_digest(each.encode(errors="replace"), right) for each in given for right in known]
    return any(pairs)
