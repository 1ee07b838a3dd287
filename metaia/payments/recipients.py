"""Recipients of a payment's events and notifications. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core import rooms as room_names
from metaia.payments.policy import Parties

LATE = frozenset({"failed", "cancelled"})  # a capture after these is late


class Row(Parties, Protocol):
    """The part of a payment that names what it is about."""

    @property
    def order_id(self) -> str | None: ...
    @property
    def purpose_type(self) -> str | None: ...
    @property
    def purpose_id(self) -> str | None: ...


def rooms(payment: Row) -> list[str]:
    """Return the rooms that get every change of a payment: its payer, the partner, its order's or booking's, staff."""
    users = [room_names.user(each) for each in (payment.payer_id, payment.partner_id) if each]
    order = [room_names.subject("order", payment.order_id)] if payment.order_id else []
    if payment.purpose_type == "booking" and payment.purpose_id:
        order = [room_names.subject(payment.purpose_type, payment.purpose_id)]
    return [*order, *users, *room_names.STAFF]


def notice(before: str, after: str) -> str | None:
    """Return the type of notification for a change of status, if it causes one."""
    if after == "completed" and before not in {"completed", "partially_refunded", "refunded", "disputed"}:
        return "payment_late" if before in LATE else "payment_received"
    return "payment_failed" if after == "failed" and before != "failed" else None


def recipients(notice: str, payment: Parties) -> list[str]:
    """Return the users that get a notification: a partner gets none of a failure."""
    users = (payment.payer_id, None if notice == "payment_failed" else payment.partner_id)
    return [each for each in users if each]
