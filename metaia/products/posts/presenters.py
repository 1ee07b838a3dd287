"""Posts as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.products.posts import policy
from metaia.products.posts.queries import Post
from metaia.products.posts.schemas import ACTIONS
from metaia.products.records import Product
from metaia.shops.queries import Shop


@dataclass(frozen=True, slots=True)
class Context:
    """What the JSON of posts needs in addition to their rows."""

    shops: Mapping[str, Shop]
    products: Mapping[str, Product]  # active ones
    pictures: Mapping[str, str]  # addresses by media id


def post(this: Post, context: Context, actor: Actor | None) -> Json:
    """Return a post as `PostOut`."""
    shop = context.shops[this.partner_id]
    product = context.products.get(this.product_id or "")
    return {
        "id": this.id,
        "partner": {
            "id": shop.user_id,
            "slug": shop.slug,
            "businessName": shop.business_name,
            "logo": _picture(shop.logo_media_id, context),
        },
        "text": this.text,
        "media": [found for each in this.media_ids if (found := _picture(each, context)) is not None],
        "product": product and _product(product),
        "createdAt": rfc3339(this.created_at),
        "allowedActions": [*ACTIONS] if policy.may_delete(actor, this.partner_id) else [],
    }


def exported(this: Post) -> Json:
    """Return a post for the export of its partner."""
    return {
        "id": this.id,
        "text": this.text,
        "mediaIds": this.media_ids,
        "productId": this.product_id,
        "createdAt": rfc3339(this.created_at),
    }


def _product(found: Product) -> Json:
    price = to_major(found.variants[0].price, found.currency)
    return {"id": found.id, "name": found.name, "price": price, "currency": found.currency}


def _picture(media_id: str | None, context: Context) -> Json | None:
    url = context.pictures.get(media_id or "")
    return None if url is None else {"id": media_id, "url": url}
