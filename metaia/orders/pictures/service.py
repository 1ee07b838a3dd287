"""Pictures of an order's items: customers show what they want, and all parties of the order see them."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core import rooms
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.media.kinds import IMAGE
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind
from metaia.orders import policy, queries, recipients

KIND, ROLE = "order", "item"
FIELD = "items.mediaIds"


def attach(actor: Actor, order_id: str, items: Iterable[Json]) -> None:
    """Attach the pictures of all items to an order, in the running transaction. Raises Invalid (`unknown_media`)."""
    media_ids = [media_id for item in items for media_id in item.get("mediaIds", ())]
    subject = rooms.subject(KIND, order_id)
    if media_ids:
        use_service.attach(actor, media_ids, subject=subject, role=ROLE, kinds={IMAGE}, field=FIELD)


def _may_see(actor: Actor, order_id: str) -> bool:
    order = queries.get(order_id)
    return order is not None and policy.may_see(actor, order)


def _rooms(order_id: str) -> list[str]:
    order = queries.get(order_id)
    return [] if order is None else recipients.rooms(order_id, order)


SUBJECTS = SubjectKind(_may_see, _rooms)
