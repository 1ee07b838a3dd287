"""Pictures of products, as public as the products."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind, no_rooms
from metaia.products import publish, queries
from metaia.products.models import ProductRow
from metaia.shops import service as shop_service

KIND, ROLE = "product", "picture"


def attach(actor: Actor, product_id: str, media_ids: Sequence[str]) -> list[str]:
    """Attach pictures to a product instead of those that it has; return their ids.

    Raises Invalid (`unknown_media`).
    """
    return use_service.replace_pictures(actor, media_ids, subject=rooms.subject(KIND, product_id), role=ROLE)


def _may_see(_: Actor, product_id: str) -> bool:
    return queries.get(product_id) is not None


def _lock(product_id: str) -> None:
    """Row-lock the catalogue before the file, as a change of a product does."""
    found = queries.get(product_id)
    if found is not None:
        publish.lock(found.partner_id)


def _removed(product_id: str, media_id: str) -> None:
    """Take a deleted picture from its product; the catalogue is row-locked."""
    found = queries.get(product_id)
    if found is not None:
        left = [each for each in found.media_ids if each != media_id]
        values = {"media_ids": left, "version": found.version + 1, "updated_at": now()}
        db.execute(update(ProductRow).where(ProductRow.id == product_id).values(**values))
        publish.announce(found.partner_id, shop_service.raise_menu_version(found.partner_id), [product_id])


SUBJECTS = SubjectKind(_may_see, no_rooms, _removed, _lock)
