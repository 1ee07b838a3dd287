"""The totals that triggers keep, and what the database itself refuses."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from metaia.core import db
from metaia.core.ids import new_id
from metaia.shops.counters import service as counters
from tests.reviews.conftest import Visit
from tests.support.people import World
from tests.support.reviews import PRODUCT, insert_order, publish_profile

WRITERS, CHANGES = 16, 40
INSERT = """
    INSERT INTO reviews (id, order_id, author_id, partner_id, subject_type, subject_id, rating, tags, media_ids, status,
        open_reports, version, created_at, updated_at)
    SELECT gen_random_uuid(), o.id, o.customer_id, o.partner_id, 'partner', o.partner_id, 1 + mod(o.n, 5), '[]', '[]',
        'published', 0, 1, now(), now()
    FROM (SELECT *, row_number() OVER () AS n FROM orders WHERE customer_id = %(customer)s) o
    WHERE o.id = ANY (%(orders)s) ON CONFLICT DO NOTHING
"""
EDIT = "UPDATE reviews SET rating = 1 + mod(rating, 5) WHERE order_id = ANY (%(orders)s)"
HIDE = """
    UPDATE reviews SET status = CASE status WHEN 'hidden' THEN 'published' ELSE 'hidden' END
    WHERE order_id = ANY (%(orders)s)
"""
TOUCH = "UPDATE reviews SET text = 'x', version = version + 1 WHERE order_id = ANY (%(orders)s)"
DELETE = "DELETE FROM reviews WHERE order_id = ANY (%(orders)s)"
FOLLOW = """
    INSERT INTO follows (follower_id, partner_id, created_at)
    SELECT %(customer)s, unnest(%(partners)s::uuid[]), now() ON CONFLICT DO NOTHING
"""
UNFOLLOW = "DELETE FROM follows WHERE follower_id = %(customer)s AND partner_id = ANY (%(partners)s)"
STATEMENTS: tuple[LiteralString, ...] = (INSERT, INSERT, EDIT, HIDE, TOUCH, DELETE, FOLLOW, FOLLOW, UNFOLLOW)


class Writer(threading.Thread):
    """A connection that changes reviews and follows of one customer at random; each statement commits."""

    def __init__(self, url: str, number: int, customer: str, partners: list[str], orders: list[str]) -> None:
        super().__init__()
        self.url, self.random = url, random.Random(number)
        self.customer, self.partners, self.orders = customer, partners, orders
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                for _ in range(CHANGES):
                    connection.execute(self.random.choice(STATEMENTS), self._values())
        except Exception as error:  # noqa: BLE001 - a deadlock is the failure of the test
            self.error = error

    def _values(self) -> dict[str, Any]:
        return {
            "customer": self.customer,
            "partners": self.random.sample(self.partners, 2),
            "orders": self.random.sample(self.orders, 6),  # of several partners, in any order
        }


def test_totals_are_a_recount_whatever_writers_do_at_once(world: World, environment: dict[str, str]) -> None:
    partners = [world.person("tailor").id for _ in range(3)]
    writers = []
    for number in range(WRITERS):
        customer = world.person().id
        orders = [insert_order(customer, partner) for partner in partners for _ in range(4)]
        writers.append(Writer(environment["DATABASE_URL"], number, customer, partners, orders))
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.error for writer in writers if writer.error] == []
    counted = "SELECT count(*) FROM reviews WHERE partner_id = ANY (CAST(:ids AS uuid[]))"
    assert db.fetch_value(text(counted), {"ids": partners}) > 0
    assert counters.check() == []


def test_a_wrong_counter_is_named(app: Flask, visit: Visit) -> None:
    visit.write()
    runner: FlaskCliRunner = app.test_cli_runner()
    assert runner.invoke(args=["check-counters"]).exit_code == 0
    broken = {
        "UPDATE rating_totals SET counts[5] = counts[5] + 1 WHERE subject_id = :id": "ratings: partner",
        "UPDATE rating_totals SET counts[5] = counts[5] - 1 WHERE subject_id = :id": None,
        "INSERT INTO follower_totals VALUES (:id, 7)": "followers: ",
        "DELETE FROM follower_totals WHERE partner_id = :id": None,
    }
    for statement, found in broken.items():
        with db.transaction():
            db.execute(text(statement), {"id": visit.partner.id})
        result = runner.invoke(args=["check-counters"])
        assert result.exit_code == (1 if found else 0), result.output
        if found:
            assert found in result.output
            assert visit.partner.id in result.output


def test_a_wrong_number_of_uses_is_named(visit: Visit) -> None:
    publish_profile(visit.partner.id)
    body = {"code": f"C{new_id()[-10:]}", "kind": "percent", "value": 10}
    answer = visit.partner.post("/api/coupons", body)
    assert answer.status_code == 201, answer.text
    coupon_id = answer.json()["data"]["coupon"]["id"]
    for change, found in (("+", [("coupons", coupon_id, "0", "1")]), ("-", [])):
        with db.transaction():
            db.execute(text(f"UPDATE coupons SET used = used {change} 1 WHERE id = :id"), {"id": coupon_id})
        assert [(each.rule, each.subject, each.expected, each.found) for each in counters.check()] == found


Change = Callable[[Visit], dict[str, Any]]
# Changes of a row that would be right, and the constraint that refuses them. An absent one is the trigger.
REFUSED: dict[str, tuple[Change, str]] = {
    "another customer": (lambda visit: {"author_id": visit.world.person().id}, "MA030"),
    "an order under way": (lambda visit: {"order_id": visit.order(status="ready")}, "MA030"),
    "another partner": (
        lambda visit: dict.fromkeys(("partner_id", "subject_id"), visit.world.person().id),
        "MA030",
    ),
    "a product that was not ordered": (
        lambda _: {"subject_type": "product", "subject_id": new_id()},
        "MA030",
    ),
    "another courier": (
        lambda visit: {"subject_type": "courier", "subject_id": visit.world.person().id, "partner_id": None},
        "MA030",
    ),
    "a partner of a courier": (
        lambda visit: {"subject_type": "courier", "subject_id": visit.courier.id},
        "ck_reviews_subject",
    ),
    "a product of no partner": (
        lambda _: {"subject_type": "product", "subject_id": PRODUCT, "partner_id": None},
        "ck_reviews_subject",
    ),
    "six stars": (lambda _: {"rating": 6}, "ck_reviews_rating"),
    "no order": (lambda _: {"order_id": None, "author_id": None}, "ck_reviews_source"),
    "a second one": (lambda visit: {"order_id": visit.write()["orderId"]}, "uq_reviews_order_id"),
}


def test_the_database_refuses_wrong_reviews(visit: Visit) -> None:
    """Proof 5."""
    good: dict[str, Any] = {
        "id": new_id(), "order_id": visit.order(), "author_id": visit.customer.id, "partner_id": visit.partner.id,
        "subject_type": "partner", "subject_id": visit.partner.id, "rating": 5,
    }  # fmt: skip
    for name, (change, refusal) in REFUSED.items():
        with pytest.raises(DBAPIError) as refused:
            insert(good | change(visit))
        shown = f"{getattr(refused.value.orig, 'sqlstate', '')} {refused.value.orig}"
        assert refusal in shown, (name, shown)
    insert(good)
    with pytest.raises(DBAPIError, match="only its customer"):
        change_author(good["id"], visit.partner.id)
    assert visit.listed()["meta"]["summary"]["count"] == 2


def insert(values: dict[str, Any]) -> None:
    names = ", ".join(values)
    given = ", ".join(f":{name}" for name in values)
    sql = (
        f"INSERT INTO reviews ({names}, tags, media_ids, status, open_reports, version, created_at, updated_at)"
        f" VALUES ({given}, '[]', '[]', 'published', 0, 1, now(), now())"
    )
    with db.transaction():
        db.execute(text(sql), values)


def change_author(review_id: str, author_id: str) -> None:
    with db.transaction():
        db.execute(
            text("UPDATE reviews SET author_id = :author WHERE id = :id"),
            {"id": review_id, "author": author_id},
        )
