"""Demo data: eight people and sixty orders, made by the product's own services, then moved into the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import select, text, update

from metaia.auth.passwords import policy as password_policy
from metaia.core import db, money
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.dev import demo_data
from metaia.notifications.devices import service as device_service
from metaia.notifications.models import Notification
from metaia.orders import create, schemas, service
from metaia.orders.models import OrderRow, OrderStepRow
from metaia.users import service as user_service
from metaia.users.models import User

STEPS = 1 + sum(path.count for path in demo_data.PATHS)
OPEN_FOR = timedelta(days=30)  # or nobody who looks later than half an hour finds an order to accept
People = dict[str, Actor]


def needed(app: Flask) -> bool:
    """Whether the demo users are missing."""
    with app.app_context():
        return db.fetch_value(select(User.id).where(User.email == demo_data.PEOPLE[0].email)) is None


def fill(app: Flask, advance: Callable[[], None]) -> None:
    """Make all of it, or nothing; `advance` is called after each of STEPS steps."""
    dice = Random(20)  # noqa: S311 - the same orders on every machine
    with app.app_context(), db.transaction():
        people = _people()
        phone = {"kind": "fcm", "token": demo_data.PEOPLE[0].device, "keys": None, "name": "Asha's phone"}
        device_service.register(people[demo_data.PEOPLE[0].login], phone)
        advance()
        for plan in sorted(_plans(dice), key=lambda plan: plan.placed):
            _play(plan, people, dice)
            advance()
        _keep_quiet()


@dataclass(frozen=True)
class _Plan:
    placed: datetime
    path: demo_data.Path
    shop: str


def _people() -> People:
    password_hash = password_policy.hashed(
        demo_data.PASSWORD
    )  # one for all: a hash takes a quarter of a second
    made = {
        p.login: user_service.create(
            email=p.email, password_hash=password_hash, name=p.name, phone=p.phone, role=p.role
        )
        for p in demo_data.PEOPLE
    }
    return {login: Actor(person.id, person.role, "", 0.0) for login, person in made.items()}


def _plans(dice: Random) -> Iterator[_Plan]:
    moment = now()
    shops = list(demo_data.SHOPS)
    for path in demo_data.PATHS:
        for number in range(path.count):
            placed = moment - timedelta(hours=dice.uniform(*path.hours))
            yield _Plan(placed, path, shops[number % len(shops)])


def _play(plan: _Plan, people: People, dice: Random) -> None:
    """Take one order along its path; each step is dated back as soon as it is written."""
    partner = people.get(plan.shop)
    actors = {
        "customer": people[dice.choice(("customer", "customer", "customer2"))],
        "shop": partner or people["admin"],
        "delivery": people["delivery"],
    }
    at, started = plan.placed, now()
    order = create.create(actors["customer"], _wish(plan.shop, partner, dice))
    _date_back(order.id, 1, at, started)
    for who, action in plan.path.steps:
        at, started = at + timedelta(minutes=dice.uniform(3, 25)), now()
        order = service.act(actors[who], order.id, action, _given(action, people, dice))
        _date_back(order.id, order.version, at, started)
    deadline = now() + OPEN_FOR if order.status == "pending" else plan.placed + timedelta(minutes=30)
    times = {"created_at": plan.placed, "updated_at": at, "accept_by": deadline}
    db.execute(update(OrderRow).where(OrderRow.id == order.id).values(**times))


def _wish(shop: str, partner: Actor | None, dice: Random) -> dict[str, Any]:
    currency = dice.choices(list(demo_data.RATES), weights=(17, 1, 1, 1))[0]
    digits, rate = money.exponent(currency), demo_data.RATES[currency]
    chosen = dice.sample(demo_data.SHOPS[shop], k=dice.randint(1, 3))
    items = [
        {"name": name, "quantity": dice.choice((1, 1, 2, 3)), "price": f"{price * rate:.{digits}f}"}
        for name, price in chosen
    ]
    wish: dict[str, Any] = schemas.Create().load(
        {
            "items": items,
            "partnerId": partner.id if partner else None,
            "customerInfo": {"address": dice.choice(demo_data.ADDRESSES)},
            "notes": dice.choice((None, None, *demo_data.NOTES)),
            "currency": currency,
        }
    )
    return wish


def _given(action: str, people: People, dice: Random) -> dict[str, Any]:
    given: dict[str, dict[str, Any]] = {
        "accept": {"estimated_time": dice.choice((20, 30, 45, 60))},
        "ready": {"estimated_pickup_time": 15},
        "assign": {"delivery_partner_id": people["delivery"].id},
        "reject": {"reason": dice.choice(("out_of_stock", "too_busy", "closed"))},
        "cancel": {"reason": "Plans have changed."},
    }
    return given.get(action, {})


def _date_back(order_id: str, version: int, at: datetime, started: datetime) -> None:
    _write()
    step = (OrderStepRow.order_id == order_id, OrderStepRow.version == version)
    db.execute(update(OrderStepRow).where(*step).values(at=at))
    written = (Notification.data["orderId"].astext == order_id, Notification.created_at >= started)
    read_at = at if at < now() - timedelta(hours=3) else None
    db.execute(update(Notification).where(*written).values(created_at=at, read_at=read_at))


def _write() -> None:
    """Send now what otherwise goes with the commit: the next step must see this one."""
    unit = db.current()
    if unit.writes:
        raw: Any = unit.connection.connection.driver_connection
        unit.writes.send(raw)


def _keep_quiet() -> None:
    """Leave out what this transaction would have set off: past orders are nobody's news, and nobody's mail today."""
    _write()
    db.execute(text("DELETE FROM outbox WHERE xmin = pg_current_xact_id()::xid"))
    db.execute(
        text(
            "UPDATE notifications SET planned_at = created_at"
            " WHERE planned_at IS NULL AND xmin = pg_current_xact_id()::xid"
        )
    )
