"""The search for users, partners, products and reviews."""

from __future__ import annotations

from flask import Flask

from metaia.admin.policy import USERS_READ
from metaia.core import search
from metaia.core.access.actor import Actor
from metaia.core.search import EMAIL, ID, PHONE, Found, Hit
from metaia.products import policy as product_policy
from metaia.products import queries as product_queries
from metaia.products.records import Product
from metaia.products.search import queries as product_search
from metaia.reviews import policy as review_policy
from metaia.reviews import queries as review_queries
from metaia.reviews.policy import REVIEWS_READ
from metaia.reviews.queries import Review
from metaia.shops import queries as shop_queries
from metaia.shops.directory import queries as directory
from metaia.shops.queries import Shop
from metaia.users import queries as user_queries
from metaia.users.queries import Person
from metaia.users.search import queries as user_search

LONGEST = 80  # characters of a text in a title


def register(app: Flask) -> None:
    """Register these providers."""
    look_ups = {ID: _user_by_id, EMAIL: _user_by_email, PHONE: _users_by_phone}
    search.register(
        app, "users", _users, lambda actor: actor.may(USERS_READ), look_ups=look_ups, personal=True
    )
    search.register(app, "partners", _partners, look_ups={ID: _partner_by_id})
    search.register(app, "products", _products, look_ups={ID: _product_by_id})
    search.register(app, "reviews", _reviews, look_ups={ID: _review_by_id})


def _users(_: Actor, text: str, limit: int) -> Found:
    found = user_search.by_words(text, limit + 1)
    return [_user(each) for each in found[:limit]], len(found) > limit


def _user_by_id(_: Actor, user_id: str) -> list[Hit]:
    person = user_queries.by_id(user_id)
    return [_user(person)] if person else []


def _user_by_email(_: Actor, email: str) -> list[Hit]:
    person = user_queries.with_email(email)
    return [_user(person)] if person else []


def _users_by_phone(_: Actor, number: str) -> list[Hit]:
    return [_user(each) for each in user_search.with_phone(number)]


def _user(person: Person) -> Hit:
    state = person.role if person.active else f"{person.role} · {person.inactive_because}"
    return Hit(person.id, person.name, f"{state} · {person.email}", f"/api/admin/users/{person.id}")


def _partners(actor: Actor, text: str, limit: int) -> Found:
    found, following = directory.page(actor, {"q": text}, sort="name", limit=limit, cursor=None)
    return [_partner(each.shop) for each in found], following is not None


def _partner_by_id(_: Actor, partner_id: str) -> list[Hit]:
    found = directory.get(partner_id, is_id=True)
    return [_partner(found.shop)] if found else []


def _partner(shop: Shop) -> Hit:
    return Hit(shop.user_id, shop.business_name or "", shop.category or "", f"/api/partners/{shop.user_id}")


def _products(actor: Actor, text: str, limit: int) -> Found:
    whole = product_policy.may_see_all(actor, None)
    filters = {"q": text} if whole else {"active": True, "q": text}
    found, following = product_search.page(
        whole=whole, filters=filters, sort="-createdAt", limit=limit, cursor=None
    )
    return [_product(each) for each in found], following is not None


def _product_by_id(actor: Actor, product_id: str) -> list[Hit]:
    product = product_queries.get(product_id)
    if product is None:
        return []
    shop = shop_queries.get(product.partner_id)
    public = product.active and shop is not None and shop.status == "published"
    seen = public or product_policy.may_see_all(actor, product.partner_id)
    return [_product(product)] if seen else []


def _product(product: Product) -> Hit:
    return Hit(product.id, product.name, (product.description or "")[:LONGEST], f"/api/products/{product.id}")


def _reviews(actor: Actor, text: str, limit: int) -> Found:
    found = review_queries.by_words(text, None if actor.may(REVIEWS_READ) else actor.id, limit + 1)
    seen = [each for each in found if review_policy.may_see(actor, each)]
    return [_review(each) for each in seen[:limit]], len(found) > limit


def _review_by_id(actor: Actor, review_id: str) -> list[Hit]:
    review = review_queries.get(review_id)
    return [_review(review)] if review and review_policy.may_see(actor, review) else []


def _review(review: Review) -> Hit:
    title = f"{'★' * review.rating} {(review.text or '')[:LONGEST]}".strip()
    return Hit(review.id, title, f"{review.subject_type} · {review.status}", f"/api/reviews/{review.id}")
