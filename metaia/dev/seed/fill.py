"""Demo data: ten users with pictures, three shops, orders with reviews, bookings, conversations and an offer.

The product's own services create them; then they are backdated. Most past orders are copies of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from flask import Flask
from sqlalchemy import select, text, update

from metaia.auth.passwords import policy as password_policy
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.dev import demo_data
from metaia.dev.flushing import flush
from metaia.dev.seed import bookings as seed_bookings
from metaia.dev.seed import catalogue as seed_catalogue
from metaia.dev.seed import chat as seed_chat
from metaia.dev.seed import couriers as seed_couriers
from metaia.dev.seed import customers as seed_customers
from metaia.dev.seed import money as seed_money
from metaia.dev.seed import orders as seed_orders
from metaia.dev.seed import past as seed_past
from metaia.dev.seed import pictures as seed_pictures
from metaia.dev.seed import reviews as seed_reviews
from metaia.dev.seed import shops as seed_shops
from metaia.dev.seed.catalogue import Menus
from metaia.dev.seed.orders import Plan
from metaia.notifications.devices import service as device_service
from metaia.notifications.models import NotificationRow
from metaia.orders import create, service
from metaia.orders.couriers.service import CONTACT
from metaia.orders.models import OrderRow, OrderStepRow
from metaia.orders.payment.state import ONLINE
from metaia.orders.queries import Order
from metaia.users import service as user_service
from metaia.users.models import User

STEPS = 4 + sum(path.count for path in demo_data.PATHS)
OPEN_FOR = timedelta(days=30)  # the usual half hour would leave no order to accept
People = dict[str, Actor]


def needed(app: Flask) -> bool:
    """Return whether the demo users are missing."""
    with app.app_context():
        return db.fetch_value(select(User.id).where(User.email == demo_data.PEOPLE[0].email)) is None


def fill(app: Flask, advance: Callable[[], None]) -> None:
    """Create all demo data in one transaction; call `advance` after each of STEPS steps."""
    rng = Random(20)  # noqa: S311 - the same orders on every machine
    with app.app_context(), db.transaction():
        people = _people()
        phone = {"kind": "fcm", "token": demo_data.PEOPLE[0].device, "keys": None, "name": "Asha's phone"}
        device_service.register(people[demo_data.PEOPLE[0].login], phone)
        advance()
        flush()
        pictures: dict[str, str] = {}
        if seed_pictures.wanted():
            seed_pictures.add_profile_pictures(people)
            pictures = seed_pictures.add_menu(people["vendor"])
        advance()
        seed_shops.fill(people)
        menus = seed_catalogue.fill(people, pictures)
        seed_customers.fill(people)
        advance()
        seed_money.prepare(people)
        for plan in sorted(_plans(rng), key=lambda plan: plan.placed):
            _run_plan(plan, people, menus, rng)
            advance()
        seed_money.settle(people)
        seed_bookings.fill(people)
        seed_chat.fill(people)
        seed_reviews.fill(people, rng)
        seed_past.fill(people, rng)
        _fill_counter(people, menus)
        seed_shops.ask_for_codes(people)
        seed_couriers.fill(people)
        advance()
        _discard_effects()


def _people() -> People:
    password_hash = password_policy.hashed(
        demo_data.PASSWORD
    )  # one hash for all: each takes a quarter of a second
    made = {
        p.login: user_service.create(
            email=p.email, password_hash=password_hash, name=p.name, phone=p.phone, role=p.role
        )
        for p in demo_data.PEOPLE
    }
    return {login: Actor(person.id, person.role, "", 0.0) for login, person in made.items()}


def _plans(rng: Random) -> Iterator[Plan]:
    moment = now()
    shops = list(demo_data.SHOPS)
    for path in demo_data.PATHS:
        for number in range(path.count):
            placed = moment - timedelta(hours=rng.uniform(*path.hours))
            yield Plan(placed, path, shops[number % len(shops)])


def _fill_counter(people: People, menus: Menus) -> None:
    """Add the orders at counters. They are no templates of past ones, which have reviews of their customers."""
    rng, moment = Random(21), now()  # noqa: S311 - the same orders on every machine
    for each in demo_data.COUNTER:
        path = demo_data.Path(each.steps, (each.hours, each.hours), 1)
        about = seed_orders.at_counter(each, people)
        _run_plan(Plan(moment - timedelta(hours=each.hours), path, each.shop, about), people, menus, rng)


def _run_plan(plan: Plan, people: People, menus: Menus, rng: Random) -> None:
    """Create one order and perform its steps; backdate each step as soon as it is written."""
    partner = people.get(plan.shop)
    login = rng.choice(("customer", "customer", "customer2"))
    actors = {
        "customer": people[login],
        "shop": partner or people["admin"],
        "delivery": people["delivery"],
    }
    at, started = plan.placed, now()
    if plan.counter is not None:
        body = seed_orders.counter_body(plan, menus, rng)
    else:
        body = seed_orders.body(plan, partner, menus, rng)
        body["payment_method"] = rng.choice(seed_money.methods(plan.path, login, body["currency"]))
    if plan.shop == "tailor" and not plan.path.steps and not plan.counter and seed_pictures.wanted():
        body["items"][0]["media_ids"] = [seed_orders.cloth(actors["customer"])]
    order = create.create(actors["customer" if plan.counter is None else "shop"], body)
    _backdate(order, 0, at, started)
    if order.payment_method == ONLINE:
        at, started = at + timedelta(minutes=1), now()
        order = seed_money.pay(order)
        _backdate(order, 1, at, started)
    for who, action in plan.path.steps:
        at, started, version = at + timedelta(minutes=rng.uniform(3, 25)), now(), order.version
        order = service.act(actors[who], order.id, action, seed_orders.action_body(action, people, rng))
        _backdate(order, version, at, started)
    deadline = now() + OPEN_FOR if order.status == "pending" else plan.placed + timedelta(minutes=30)
    times = {"created_at": plan.placed, "updated_at": at, "accept_by": deadline}
    if order.contact_until is not None:
        times["contact_until"] = at + CONTACT
    db.execute(update(OrderRow).where(OrderRow.id == order.id).values(**times))


def _backdate(order: Order, version: int, at: datetime, started: datetime) -> None:
    """Backdate what was written since this version of an order."""
    flush()
    steps = (OrderStepRow.order_id == order.id, OrderStepRow.version > version)
    db.execute(update(OrderStepRow).where(*steps).values(at=at))
    written = (NotificationRow.data["orderId"].astext == order.id, NotificationRow.created_at >= started)
    read_at = at if at < now() - timedelta(hours=3) else None
    db.execute(update(NotificationRow).where(*written).values(created_at=at, read_at=read_at))


def _discard_effects() -> None:
    """Remove the events and deliveries that this transaction would cause: past orders must notify no user today."""
    flush()
    db.execute(text("DELETE FROM outbox WHERE xmin = pg_current_xact_id()::xid"))
    db.execute(
        text(
            "UPDATE notifications SET planned_at = created_at"
            " WHERE planned_at IS NULL AND xmin = pg_current_xact_id()::xid"
        )
    )
