"""Demo data of the past: orders of the last half year with reviews.

They are copies, at other times, of orders that the services have placed: to place each of them would make the first
start of `make run` half a minute longer. They were settled elsewhere, so that no money is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.dev import demo_catalogue
from metaia.dev.flushing import flush
from metaia.dev.seed import reviews as seed_reviews
from metaia.orders import queries
from metaia.orders.models import OrderRow, OrderStepRow
from metaia.orders.payment.state import NONE, ONLINE
from metaia.orders.queries import COLUMNS, Order
from metaia.reviews.models import ReviewRow
from metaia.reviews.state import PUBLISHED
from metaia.reviews.subjects.queries import ENDED

COUNT = 300
DAYS = (29.0, 180.0)  # ago
OF_PAYMENT = ("payment", "accept_by")  # what a step of the timeline states about a payment
REVIEWED, REPLIED = 0.8, 0.6


@dataclass(frozen=True)
class _Template:
    """An ended order to copy, the explanation of its price, and its timeline."""

    order: Order
    pricing: Json | None
    steps: Sequence[Json]


def fill(people: Mapping[str, Actor], rng: Random) -> None:
    """Add the orders and their reviews, in the running transaction."""
    templates = _templates([people[login].id for login in demo_catalogue.MENUS])
    orders: list[Json] = []
    steps: list[Json] = []
    reviews: list[Json] = []
    for _ in range(COUNT):
        template = rng.choice(templates)
        back = (now() - template.order.created_at) - timedelta(days=rng.uniform(*DAYS))
        order = _moved(template.order, back)
        words = queries.searchable(order)
        values = {name: getattr(order, name) for name in order.__slots__}
        orders.append(values | {"pricing": template.pricing, "words": words, "contact_ended": True})
        steps += [each | {"order_id": order.id, "at": each["at"] + back} for each in template.steps]
        if rng.random() < REVIEWED:
            reviews += _reviews(order, rng)
    for table, rows in ((OrderRow, orders), (OrderStepRow, steps), (ReviewRow, reviews)):
        for row in rows:
            db.append(table, **row)
        flush()


def _templates(partner_ids: Sequence[str]) -> list[_Template]:
    row = OrderRow
    fits = (row.status.in_(ENDED), row.partner_id.in_(partner_ids), row.coupon_code.is_(None))
    query = select(*COLUMNS, row.pricing).where(*fits, row.payment_method != ONLINE, row.currency == "INR")
    found = {each.id: each for each in db.fetch_all(query.order_by(row.created_at))}
    steps: dict[str, list[Json]] = defaultdict(list)
    timeline = select(OrderStepRow.__table__).where(OrderStepRow.order_id.in_(found))
    for step in db.fetch_all(timeline.order_by(OrderStepRow.version)):
        values: dict[str, Any] = dict(step._mapping)
        after = {name: value for name, value in step.after.items() if name not in OF_PAYMENT}
        steps[step.order_id].append(values | {"after": after})
    return [_Template(Order(*each[:-1]), each.pricing, steps[each.id]) for each in found.values()]


def _moved(order: Order, back: timedelta) -> Order:
    """Return a copy of an order at another time, without its payment."""
    order_id = new_id()

    def at(moment: datetime | None) -> datetime | None:
        return moment and moment + back

    return replace(
        order,
        id=order_id,
        deal_id=order_id,
        order_number=queries.next_number(),
        delivery_id=order.delivery_id and new_id(),
        created_at=order.created_at + back,
        updated_at=order.updated_at + back,
        accept_by=order.accept_by + back,
        courier_wanted_at=at(order.courier_wanted_at),
        contact_until=at(order.contact_until),
        earned_at=None,
        payment_method=NONE,
        payment=None,
        commission_bps=None,
        commission_base=None,
    )


def _reviews(order: Order, rng: Random) -> list[Json]:
    """Return the rows of the reviews of an order: one for each subject, the text and the reply at the first one."""
    stars = rng.choice(seed_reviews.STARS)
    text = rng.choice((None, *seed_reviews.TEXTS[stars]))
    at = order.updated_at + timedelta(hours=rng.uniform(2, 20))
    reply = seed_reviews.REPLIES[stars] if text and rng.random() < REPLIED else None
    first: Json = {
        "text": text,
        "tags": seed_reviews.TAGS[stars],
        "reply": reply,
        "replied_at": at + timedelta(hours=rng.uniform(1, 9)) if reply else None,
    }
    other: Json = {"text": None, "tags": [], "reply": None, "replied_at": None}
    common: Json = {
        "order_id": order.id,
        "author_id": order.customer_id,
        "rating": stars,
        "media_ids": [],
        "status": PUBLISHED,
        "open_reports": 0,
        "version": 2 if reply else 1,
        "created_at": at,
        "updated_at": at,
    }
    return [
        common
        | (other if number else first)
        | {
            "id": new_id(),
            "subject_type": kind,
            "subject_id": subject,
            "partner_id": None if kind == "courier" else order.partner_id,
        }
        for number, (kind, subject) in enumerate(seed_reviews.subjects(order))
    ]
