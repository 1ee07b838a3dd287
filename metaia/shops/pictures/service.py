"""Pictures of partners, as public as the profiles."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.media.kinds import IMAGE
from metaia.media.serving import addresses as media_addresses
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind, no_rooms
from metaia.shops import queries
from metaia.shops.models import PartnerProfileRow
from metaia.shops.queries import Shop

KIND = "shop"
LOGO, BANNER, PICTURE = "logo", "banner", "picture"


def attach(actor: Actor, shop: Shop) -> None:
    """Attach the pictures that a profile names instead of those that it had. Raises Invalid (`unknown_media`)."""
    subject = rooms.subject(KIND, shop.user_id)
    use_service.detach(subject)
    named = (
        (LOGO, "logoMediaId", [shop.logo_media_id]),
        (BANNER, "bannerMediaId", [shop.banner_media_id]),
        (PICTURE, "mediaIds", shop.media_ids),
    )
    for role, field, media_ids in named:
        wanted = [each for each in media_ids if each is not None]
        if wanted:
            use_service.attach(actor, wanted, subject=subject, role=role, kinds={IMAGE}, field=field)


def addresses(shops: Iterable[Shop]) -> dict[str, str]:
    """Return the addresses of the pictures of shops, by media id; a picture that is not ready has none."""
    wanted = {
        media_id
        for shop in shops
        for media_id in (shop.logo_media_id, shop.banner_media_id, *shop.media_ids)
        if media_id is not None
    }
    return media_addresses.of_pictures(wanted)


def _may_see(actor: Actor, partner_id: str) -> bool:
    shop = queries.get(partner_id)
    return shop is not None and (shop.published or actor.id == partner_id)


def _lock(partner_id: str) -> None:
    queries.row_locked(partner_id)


def _removed(partner_id: str, media_id: str) -> None:
    """Take a deleted picture from its profile, which is row-locked."""
    shop = queries.row_locked(partner_id)
    if shop is None:
        return
    values = {
        "logo_media_id": None if shop.logo_media_id == media_id else shop.logo_media_id,
        "banner_media_id": None if shop.banner_media_id == media_id else shop.banner_media_id,
        "media_ids": [each for each in shop.media_ids if each != media_id],
        "version": shop.version + 1,
        "updated_at": now(),
    }
    db.execute(update(PartnerProfileRow).where(PartnerProfileRow.user_id == partner_id).values(**values))


SUBJECTS = SubjectKind(_may_see, no_rooms, _removed, _lock)
