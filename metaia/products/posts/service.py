"""Writing, deleting and reading posts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, update

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import SELF_REGISTERED
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.media.kinds import IMAGE
from metaia.media.serving import addresses
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind, no_rooms
from metaia.notifications.campaigns import queries as campaign_queries
from metaia.notifications.campaigns import service as campaign_service
from metaia.notifications.content.templates import NotificationText
from metaia.products import queries as product_queries
from metaia.products.posts import policy, presenters, queries
from metaia.products.posts.models import PostRow
from metaia.products.posts.notifications import NEWS
from metaia.products.posts.presenters import Context
from metaia.products.posts.queries import Post
from metaia.shops import queries as shop_queries
from metaia.shops.queries import Shop
from metaia.users import queries as user_queries

KIND, ROLE = "post", "picture"


def create(actor: Actor, given: Json) -> Json:
    """Write a post of the caller, and return it; with `notify`, notify the followers.

    Raises Forbidden, Conflict (`profile_needed`, `profile_hidden`), Invalid, and TooMany (`news_limit`).
    """
    if not actor.is_partner:
        raise Forbidden("Only partners post.")
    with db.transaction():
        user_queries.to_change(actor.id)  # so that two posts at once do not both notify
        shop = _published_shop(actor.id)
        _require_product(actor.id, given["product_id"])
        post_id, media_ids = new_id(), list(dict.fromkeys(given["media_ids"]))
        if media_ids:
            subject = rooms.subject(KIND, post_id)
            use_service.attach(actor, media_ids, subject=subject, role=ROLE, kinds={IMAGE})
        campaign_id = _notify(actor, shop, post_id, given["text"]) if given["notify"] else None
        made = Post(post_id, actor.id, given["text"], given["product_id"], media_ids, campaign_id, now())
        db.execute(insert(PostRow).values(**asdict(made)))
    return shown(actor, [made])[0]


def delete(actor: Actor, post_id: str) -> None:
    """Delete a post; followers that have not been notified yet are not. Raises NotFound and Forbidden."""
    with db.transaction():
        found = queries.lock(post_id)
        if found is None:
            raise NotFound("There is no such post.")
        if not policy.may_delete(actor, found.partner_id):
            raise Forbidden("This belongs to another partner.")
        forget(found)
        if actor.id != found.partner_id:
            before = {"partnerId": found.partner_id, "createdAt": found.created_at}
            audit_log.record("post.deleted", subject=rooms.subject(KIND, post_id), before=before)


def forget(found: Post) -> None:
    """Delete a row-locked post, with its pictures and what is left of its notifications."""
    use_service.detach(rooms.subject(KIND, found.id), at_once=True)
    if found.campaign_id is not None:
        campaign_service.withdraw(found.campaign_id)
    db.execute(delete_rows(PostRow).where(PostRow.id == found.id))


def of_partner(actor: Actor | None, partner_id: str, query: Json) -> tuple[list[Json], str | None]:
    """Return one page of the posts of a published partner. Raises NotFound."""
    shop = shop_queries.get(partner_id)
    if shop is None or not shop.published:
        raise NotFound("There is no such partner.")
    found, following = queries.of_partner(partner_id, **query)
    return shown(actor, found), following


def feed(actor: Actor, query: Json) -> tuple[list[Json], str | None]:
    """Return one page of the posts of the partners that the caller follows."""
    found, following = queries.feed(actor.id, **query)
    return shown(actor, found), following


def shown(actor: Actor | None, found: Sequence[Post]) -> list[Json]:
    """Return posts as JSON: one select each for all their partners and pictures, and three for their products."""
    if not found:
        return []
    shops = shop_queries.by_ids({each.partner_id for each in found})
    products = product_queries.by_ids({each.product_id for each in found if each.product_id is not None})
    media = {media_id for each in found for media_id in each.media_ids}
    media |= {shop.logo_media_id for shop in shops.values() if shop.logo_media_id is not None}
    active = {each.id: each for each in products if each.active}
    context = Context(shops, active, addresses.of_pictures(media))
    return [presenters.post(each, context, actor) for each in found]


def _published_shop(partner_id: str) -> Shop:
    shop = shop_queries.get(partner_id)
    if shop is None:
        raise Conflict("Create your profile first: posts belong to it.", code="profile_needed")
    if not shop.published:
        raise Conflict("Publish your profile first: no user sees your posts.", code="profile_hidden")
    return shop


def _require_product(partner_id: str, product_id: str | None) -> None:
    if product_id is None:
        return
    found = product_queries.get(product_id)
    if found is None or not found.active or found.partner_id != partner_id:
        raise Invalid(details={"productId": ["Not an active product of yours."]})


def _notify(actor: Actor, shop: Shop, post_id: str, text: str) -> str:
    """Notify the followers of a partner by a campaign; return its id. Raises TooMany if they were today."""
    moment = now()
    last = campaign_queries.latest_of(actor.id, NEWS.name)
    if last is not None and (left := last + policy.NEWS_EVERY - moment).total_seconds() > 0:
        message = "Your followers were notified in the last 24 hours: post without `notify`."
        raise TooMany(message, code="news_limit", retry_after=math.ceil(left.total_seconds()))
    audience = {"roles": sorted(SELF_REGISTERED), "followersOf": shop.user_id}
    words = NotificationText(shop.business_name, text)
    data = {"partnerId": shop.user_id, "postId": post_id}
    return campaign_service.send(
        actor, NEWS, words, audience, data, name=f"Post of {shop.business_name}"[:120]
    )


def _may_see(actor: Actor, post_id: str) -> bool:
    found = queries.get(post_id)
    shop = None if found is None else shop_queries.get(found.partner_id)
    return shop is not None and (shop.published or policy.may_delete(actor, shop.user_id))


def _removed(post_id: str, media_id: str) -> None:
    """Take a deleted picture from its post, which is row-locked."""
    found = queries.lock(post_id)
    if found is not None:
        left = [each for each in found.media_ids if each != media_id]
        db.execute(update(PostRow).where(PostRow.id == post_id).values(media_ids=left))


def _lock(post_id: str) -> None:
    queries.lock(post_id)


SUBJECTS = SubjectKind(_may_see, no_rooms, _removed, _lock)
