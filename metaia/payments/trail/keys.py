"""The facts that the key of a posting names. Pure."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from metaia.payments.booking import corrections

CASH = "cash"  # the provider of money that a person collects


class Named(NamedTuple):
    """The facts with this kind and reference at a provider."""

    provider: str
    kind: str
    reference: str


def facts_named(key: str) -> list[Named]:
    """Return the facts that the key of a posting names, `captured:razorpay:pay_1` as an example."""
    kind, _, rest = corrections.base_key(key).partition(":")
    provider, _, reference = rest.partition(":")
    if kind in ("captured", "fee") and reference:
        return [Named(provider, "attempt" if kind == "captured" else "fee", reference)]
    if kind == "refund" and refund_named(key) is None:
        return [Named(provider, "refund", reference.removesuffix(":returned"))]
    if kind == "dispute":
        dispute, _, movement = reference.rpartition(":")
        return [
            Named(provider, "dispute", dispute.rpartition(":")[0]),
            Named(provider, "funds", movement),
        ]
    return []


def is_cash(key: str) -> bool:
    """Return whether the posting is about cash that was collected, as `cash:order-{id}`."""
    return corrections.base_key(key).startswith(f"{CASH}:")


def refund_named(key: str) -> str | None:
    """Return the id of our refund that the key of a posting names, as `refund:{id}:processed`."""
    kind, _, rest = corrections.base_key(key).partition(":")
    refund_id = rest.partition(":")[0]
    if kind != "refund":
        return None
    try:
        return str(UUID(refund_id))
    except ValueError:
        return None
