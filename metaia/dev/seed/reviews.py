"""Demo data of reviews: most customers of past orders have rated them, and the shops have replied to some."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import delete, select, update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.times import now
from metaia.dev.flushing import flush
from metaia.notifications.models import NotificationRow
from metaia.orders.models import OrderRow
from metaia.orders.queries import Order
from metaia.reviews import recipients, service
from metaia.reviews.create import create
from metaia.reviews.models import ReviewRequestRow, ReviewRow
from metaia.reviews.queries import Review
from metaia.reviews.schemas import CreateReviews
from metaia.reviews.subjects.queries import ENDED, product_ids

REVIEWED = 0.8  # of the ended orders of partners
REPLIED = 0.5
STARS = (5, 5, 5, 4, 4, 3, 2)
# By stars: texts of reviews, and what the shop replies.
TEXTS: dict[int, tuple[str, ...]] = {
    5: (
        "Exactly as I wanted it.",
        "Friendly, fast, and it tastes like home.",
        "The best one so far. Thank you!",
    ),
    4: ("Very good, only a little late.", "Good work at a fair price."),
    3: ("All right, but I have had better.",),
    2: ("Two items were missing.",),
}
REPLIES = {
    5: "Thank you! We look forward to your next order.",
    4: "Thank you. We will be faster the next time.",
    3: "Thank you for telling us. What can we do better?",
    2: "We are sorry. Please write to us, and we will make up for it.",
}
TAGS = {5: ["friendly", "fast"], 4: ["fair_price"], 3: [], 2: ["incomplete"]}


def fill(people: dict[str, Actor], rng: Random) -> None:
    """Review the ended orders of the partners, in the running transaction; no past order is asked about today."""
    by_id = {actor.id: actor for actor in people.values()}
    row = OrderRow
    mine = row.customer_id.in_(by_id)
    columns = (row.id, row.customer_id, row.partner_id, row.courier_id, row.items, row.updated_at)
    query = select(*columns).where(mine, row.status.in_(ENDED), row.partner_id.in_(by_id))
    for order in db.fetch_all(query.order_by(row.created_at)):
        if rng.random() < REVIEWED:
            reviews = create(by_id[order.customer_id], _body(order, rng))
            written_at = min(order.updated_at + timedelta(hours=rng.uniform(2, 20)), now())
            _go_on(reviews, by_id, written_at, rng)
    db.execute(delete(ReviewRequestRow).where(ReviewRequestRow.id.in_(select(row.id).where(mine))))


def subjects(order: AnyRow | Order) -> list[tuple[str, str]]:
    """Return what the customer of an order rates: the partner, a product, and the courier."""
    rated = [("partner", str(order.partner_id))]
    rated += [("product", each) for each in product_ids(order.items)[:1]]
    return rated + ([("courier", order.courier_id)] if order.courier_id else [])


def _body(order: AnyRow, rng: Random) -> Json:
    stars = rng.choice(STARS)
    rated: list[Json] = [{"type": kind, "id": subject, "rating": stars} for kind, subject in subjects(order)]
    rated[0]["tags"] = TAGS[stars]
    text = rng.choice((None, *TEXTS[stars]))
    found: Json = CreateReviews().load({"orderId": order.id, "subjects": rated, "text": text})
    return found


def _go_on(reviews: list[Review], by_id: dict[str, Actor], written_at: datetime, rng: Random) -> None:
    """Let the shop reply to some reviews, and backdate them."""
    flush()
    first = reviews[0]
    if first.text and rng.random() < REPLIED:
        service.reply(by_id[str(first.partner_id)], first.id, REPLIES[first.rating])
        flush()
    ids = [each.id for each in reviews]
    times: Json = {"created_at": written_at, "updated_at": written_at}
    db.execute(update(ReviewRow).where(ReviewRow.id.in_(ids)).values(**times))
    replied = (ReviewRow.id.in_(ids), ReviewRow.replied_at.is_not(None))
    at = min(written_at + timedelta(hours=rng.uniform(1, 9)), now())
    db.execute(update(ReviewRow).where(*replied).values(replied_at=at))
    about = NotificationRow.subject.in_([recipients.subject(each) for each in ids])
    db.execute(update(NotificationRow).where(about).values(created_at=written_at, read_at=at))
