"""Notifying a partner that little is left of what it sells."""

from __future__ import annotations

from collections.abc import Mapping

from metaia.core import rooms
from metaia.notifications import queries as notification_queries
from metaia.notifications import service as notification_service
from metaia.products.notifications import STOCK_LOW
from metaia.products.stock import queries


def low(partner_id: str, left: Mapping[str, int]) -> None:
    """Notify the partner of what is left of variants, in the running transaction.

    A variant about which the partner has an unread notification gets no other one. `left` is as it was read: orders at
    the same moment may leave less, and the next order states that.
    """
    if not left:
        return
    for row in queries.names(left):
        subject = rooms.subject("variant", row.id)
        if notification_queries.has_unread(partner_id, subject):
            continue
        name = f"{row.product} ({row.name})" if row.name else row.product
        data = {"productId": row.product_id, "variantId": row.id, "name": name, "left": left[row.id]}
        notification_service.notify(partner_id, STOCK_LOW, data, subject=subject)
