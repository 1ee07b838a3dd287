"""New products."""

from __future__ import annotations

from dataclasses import replace

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products import policy, publish, service
from metaia.products.pictures import service as pictures
from metaia.products.records import ITEM, Product
from metaia.products.variants import service as variant_service


def create(actor: Actor, given: Json) -> Product:
    """Add a product. Raises Forbidden, Conflict (`profile_needed`), Invalid and TooMany (`catalogue_limit`)."""
    partner_id = policy.partner_of(actor, given.pop("partner_id"))
    media_ids = given.pop("media_ids", [])
    with db.transaction():
        shop = publish.lock(partner_id)
        service.require_room(partner_id, int(given.get("active", True)), 1)
        empty = blank(partner_id, shop.currency, given["name"])
        product = service.composed(empty, given)
        if "variants" not in given:
            product = replace(product, variants=variant_service.only(given, shop.currency))
        product = replace(product, media_ids=pictures.attach(actor, product.id, media_ids))
        return service.stored(actor, "create", [(None, product)])[0]


def blank(partner_id: str, currency: str, name: str) -> Product:
    """Return a new product with a name, without variants."""
    moment = now()
    return Product(new_id(), partner_id, name, ITEM, currency, 1, moment, moment)
