"""The directory: pages of partners and single ones, with what clients see of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, NotFound
from metaia.core.geo import Point
from metaia.core.json import Json
from metaia.core.text import words
from metaia.shops import presenters
from metaia.shops import service as shop_service
from metaia.shops.directory import queries, registry
from metaia.shops.directory.policy import DISTANCE, POPULARITY
from metaia.shops.directory.queries import Listed
from metaia.shops.pictures import service as pictures
from metaia.shops.presenters import Seen


def page(actor: Actor | None, query: Json) -> tuple[list[Json], str | None]:
    """Return one page of partners as clients see them, and the next page's cursor. Raises Forbidden.

    Only users with an account follow partners.
    """
    if query.get("followed") and actor is None:
        raise Forbidden("Log in first: `followed` needs to know you.")
    part = {name: query.pop(name) for name in ("sort", "limit", "cursor")}
    has_place = "near" in query or isinstance(query.get("delivers_to"), Point)
    sort = part.pop("sort") or (DISTANCE if has_place else POPULARITY)
    query["radius_m"] = round(query.pop("radius_km") * 1000)
    found, following = queries.page(actor, query, sort=sort, **part)
    return shown(actor, found, query), following


def read(actor: Actor | None, partner: str, query: Json) -> Json:
    """Return a published partner, by its id or slug. Raises NotFound."""
    found = queries.get(partner.lower(), is_id=shop_service.is_id(partner))
    if found is None:
        raise NotFound("There is no such partner.")
    return shown(actor, [found], query)[0]


def shown(actor: Actor | None, listed: Sequence[Listed], query: Json) -> list[Json]:
    """Return partners as clients see them: each with one more select for all pictures, matches and follows."""
    shops = [each.shop for each in listed]
    addresses, presences = pictures.addresses(shops), shop_service.presences(shops)
    ids = [shop.user_id for shop in shops]
    matches, followed = _matches(ids, query.get("q")), _followed(actor, ids)
    to = query.get("delivers_to")
    return [
        presenters.public(
            each.shop,
            Seen(
                each.totals,
                addresses,
                presences[each.shop.user_id],
                near=query.get("near"),
                to=to if isinstance(to, Point) else None,
                postal_code=to if isinstance(to, str) else None,
                following=None if followed is None else each.shop.user_id in followed,
                matches=matches.get(each.shop.user_id, ()),
                actor=actor,
            ),
        )
        for each in listed
    ]


def _matches(ids: Collection[str], q: str | None) -> dict[str, list[str]]:
    terms = " & ".join(words.terms(q)) if q is not None else ""
    if not terms or not ids:
        return {}
    found: dict[str, list[str]] = {}
    for search in registry.SEARCHES.current().values():
        found |= search.matches(ids, terms)
    return found


def _followed(actor: Actor | None, ids: Collection[str]) -> set[str] | None:
    """Return those of partners that the caller follows, None without a caller."""
    if actor is None:
        return None
    return {each for follows in registry.FOLLOWING.current().values() for each in follows(actor.id, ids)}
