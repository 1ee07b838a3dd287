"""Time shops with 10,000 and with 1,000,000 profiles, products, orders, reviews and follows.

Usage: python -m benchmarks.shops_growth [--minutes M] [SHOPS …]. The tables grow for M minutes at most (8); then the
size that they have reached is measured. Prints medians in milliseconds, and their ratios; the goal is 1.5.
"""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import text

from benchmarks import growth
from benchmarks.shops_rows import COURIER, CUSTOMER, PARTNER, PRODUCT, SEED
from metaia.core import db
from metaia.core.geo import Point
from metaia.core.times import now
from metaia.deliveries import service as deliveries
from metaia.orders.placing.schemas import Create
from metaia.orders.quotes import service as quotes
from metaia.products import queries as product_queries
from metaia.products.menu import presenters as menu_presenters
from metaia.products.menu import queries as menu_queries
from metaia.products.search import queries as product_search
from metaia.products.showing import service as showing
from metaia.reviews import queries as reviews
from metaia.reviews.totals import queries as totals
from metaia.shops.directory import queries as directory
from metaia.shops.follows import queries as follows

STEP, GOAL = 2000, 1.5
MACHINE = "a constant"  # how fast the machine is at each size; without a goal
TOWN = Point(-59.9, -169.9)  # in the middle of the first town
NEAR = {"near": TOWN, "radius_m": 10_000}


def add(first: int, last: int) -> None:
    """Add partners with all that belongs to them."""
    with db.transaction():
        for statement in SEED:
            given = {"first": first, "last": last}
            db.execute(
                text(statement), {name: each for name, each in given.items() if f":{name} " in statement}
            )


def listed(sort: str, **filters: object) -> object:
    """Read the first page of the directory."""
    found, _ = directory.page(None, dict(filters), sort=sort, limit=20, cursor=None)
    assert found
    return found


def products(sort: str = "-createdAt", **filters: object) -> object:
    """Read the first page of the search in all products."""
    return product_search.page(whole=False, filters=filters, sort=sort, limit=20, cursor=None)


def menu() -> object:
    """Build the menu of the first partner."""
    state = menu_queries.state(PARTNER)
    assert state is not None
    catalogue = product_queries.whole(PARTNER)
    return menu_presenters.menu(state.shop, catalogue, showing.seen(catalogue.products.values()), now())


def quote() -> object:
    """Price an order of a product, delivered in the town."""
    place = {"address": "x", "lat": TOWN.lat, "lng": TOWN.lng}
    body = {"partnerId": PARTNER, "items": [{"productId": PRODUCT, "quantity": 2}], "destination": place}
    return quotes.quote(None, Create().load(body))


def review_page(sort: str = "-createdAt") -> object:
    """Read the first page of the reviews of the first partner."""
    filters = {"subject_type": "partner", "subject_id": PARTNER, "published": True}
    return reviews.page(filters=filters, sort=sort, limit=20, cursor=None)


def calls() -> growth.Calls:
    """Return what is timed, by name."""
    return {
        MACHINE: lambda: db.fetch_value(text("SELECT 1")),
        "directory, near": lambda: listed("distance", **NEAR),
        "directory, near and open": lambda: listed("distance", open=True, **NEAR),
        "directory, near, by words": lambda: listed("distance", q="name00000001", **NEAR),
        "directory, delivers to": lambda: listed("distance", delivers_to=TOWN),
        "directory, by words": lambda: listed("-rating", q="name00000004"),
        "directory, best": lambda: listed("-rating"),
        "directory, most followed": lambda: listed("-popularity"),
        "directory, open, by name": lambda: listed("name", open=True),
        "partner": lambda: directory.get(PARTNER, is_id=True),
        "menu, unchanged": lambda: menu_queries.state(PARTNER),
        "menu, built": menu,
        "products, by words": lambda: products(q="made00000007", active=True),
        "products of a partner": lambda: products("position", partner_id=PARTNER, active=True),
        "quote": quote,
        "open deliveries": lambda: deliveries.open_list(COURIER),
        "reviews of a partner": review_page,
        "reviews of a partner, by stars": lambda: review_page("rating"),
        "summary of reviews": lambda: totals.summary("partner", PARTNER),
        "followers": lambda: follows.followers_page(PARTNER, sort="-followedAt", limit=20, cursor=None),
        "following": lambda: follows.following_page(CUSTOMER, sort="-followedAt", limit=20, cursor=None),
    }


def main(sizes: list[int], minutes: float) -> int:
    """Print the times at each size; return 1 if a goal is missed."""
    with growth.application():
        results, reached = [], list[int]()
        for count in growth.grown(sizes, STEP, add, minutes):
            reached.append(count)
            results.append(growth.measure(calls()))
    ratios = growth.show(reached, results)
    missed = [name for name, ratio in ratios.items() if ratio > GOAL and name != MACHINE]
    print("missed goals:", ", ".join(missed) or "none")
    return int(bool(missed))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=growth.MINUTES)
    options.add_argument("sizes", metavar="SHOPS", type=int, nargs="*", default=[10_000, 1_000_000])
    given = options.parse_args()
    sys.exit(main(given.sizes, given.minutes))
