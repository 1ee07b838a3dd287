"""Personal data in profiles: the export of one's own, and its erasure with the account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.shops import queries
from metaia.shops import service as shop_service
from metaia.shops.profiles.service import DEFAULTS
from metaia.shops.state import HIDDEN


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the profile of a partner, if there is one."""
    shop = queries.get(actor.id)
    if shop is not None:
        yield [shop_service.own_view(actor, shop)]


def erase(user_id: str) -> None:
    """Hide the profile of a deleted user and erase what it shows, in the transaction of the deletion.

    The row stays: orders and ratings refer to the partner.
    """
    shop = queries.row_locked(user_id)
    if shop is not None:
        blank = replace(shop, **DEFAULTS, slug=f"deleted-{user_id}", business_name="", status=HIDDEN)
        notes: Json = {
            "exceptions": [],
            "pause_reason": None,
            "status_reason": None,
            "area": None,
            "postal_codes": [],
        }
        shop_service.erase(replace(blank, hidden_by_staff=True, active=False, **notes))
