"""No read of reviews and follows scans a whole table: each has an index for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.reviews import queries
from metaia.reviews.analytics import queries as figures
from metaia.reviews.forgetting import queries as forgetting
from metaia.reviews.reporting import queries as reports
from metaia.reviews.totals import queries as totals
from metaia.shops.follows import queries as follows
from tests.support.plans import statements, whole_scans

ONE, TWO = new_id(), new_id()
MONTH = (now() - timedelta(days=30), now())


def page(sort: str = "-createdAt", **filters: object) -> Callable[[], object]:
    """Return the read of the first page of a list."""
    return lambda: queries.page(filters=filters, sort=sort, limit=20, cursor=None)


def public(sort: str = "-createdAt", **filters: object) -> Callable[[], object]:
    return page(sort, subject_type="partner", subject_id=ONE, published=True, **filters)


CALLS: dict[str, Callable[[], object]] = {
    "public": public(),
    "public, by stars": public("rating"),
    "public, with text": public(with_text=True, rating=[1, 2]),
    "own": page(author_id=ONE, living=True),
    "own, of an order": page(author_id=ONE, living=True, order_id=TWO),
    "received by a partner": page(partner_id=ONE, published=True, answered=False),
    "received by a courier": page(rated_courier=ONE, published=True),
    "staff": page(),
    "staff, by stars": page("rating"),
    "staff, reported": page(reported=True),
    "of an order": lambda: queries.of_purchase(ONE),
    "reviewed": lambda: queries.reviewed([ONE, TWO]),
    "one": lambda: queries.get(ONE),
    "summary": lambda: totals.summary("partner", ONE),
    "reports": lambda: reports.of_review(ONE),
    "in common": lambda: reports.shared(ONE, TWO),
    "figures": lambda: figures.ratings(*MONTH, ONE, "day"),
    "figures of orders": lambda: figures.purchases(*MONTH, ONE, "day"),
    "reply hours": lambda: figures.reply_hours(*MONTH, ONE),
    "figures, all": lambda: figures.ratings(*MONTH, None, "day"),
    "figures of orders, all": lambda: figures.purchases(*MONTH, None, "day"),
    "satisfaction": lambda: figures.partners(*MONTH, sort="-orders", limit=20, cursor=None),
    "late": lambda: figures.late(*MONTH, [ONE]),
    "names": lambda: figures.names([ONE]),
    "to erase": lambda: forgetting.to_erase(100),
    "following": lambda: follows.following_page(ONE, sort="-followedAt", limit=20, cursor=None),
    "followers": lambda: follows.followers_page(ONE, sort="-followedAt", limit=20, cursor=None),
    "followed": lambda: follows.followed(ONE, [TWO]),
    "follows": lambda: follows.count_of(ONE),
}


def test_no_read_scans_a_whole_table(app: Flask) -> None:
    scans: dict[str, list[str]] = {}
    with app.app_context():
        for name, call in CALLS.items():
            with statements() as found:
                call()
            assert found, name
            scans[name] = whole_scans(found)
    assert {name: lines for name, lines in scans.items() if lines} == {}
