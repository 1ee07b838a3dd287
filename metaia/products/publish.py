"""Changes of a catalogue: one at a time for each partner, and published with its commit."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core import rooms
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict
from metaia.realtime import events
from metaia.shops import queries as shop_queries
from metaia.shops import service as shop_service
from metaia.shops.queries import Shop

MOST_IDS = 50  # products in one event; of more, none is named


def lock(partner_id: str) -> Shop:
    """Row-lock the profile of a partner, so that its catalogue has one change at a time; return the shop.

    It is the first lock of a change, before those of variants. Raises Conflict (`profile_needed`).
    """
    shop = shop_queries.row_locked(partner_id)
    if shop is None:
        raise Conflict("The partner needs a profile first.", code="profile_needed")
    return shop


def changed(
    actor: Actor, partner_id: str, action: str, product_ids: Iterable[str] = (), *, reason: str | None = None
) -> None:
    """Count and publish a change of the catalogue of a partner, in its transaction.

    Without products it may concern all. `action` names it in the audit log if an admin has made it.
    """
    named = list(dict.fromkeys(product_ids))
    announce(partner_id, shop_service.raise_menu_version(partner_id), named)
    if actor.id != partner_id:
        subject = rooms.subject("partner", partner_id)
        after = {"products": named[:MOST_IDS], **({"reason": reason} if reason else {})}
        audit_log.record(f"catalogue.{action}", subject=subject, after=after, user=(actor.id, actor.role))


def announce(partner_id: str, menu_version: int, product_ids: list[str]) -> None:
    """Record that a menu shows something else from this transaction on."""
    few = product_ids if len(product_ids) <= MOST_IDS else []
    payload = {"partnerId": partner_id, "menuVersion": menu_version, "productIds": few}
    events.record("menu.changed", payload, audience=(), subject=rooms.subject("partner", partner_id))
