"""A type of purposes for tests: things to pay that only this process knows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.payments.booking.terms import Terms
from metaia.payments.purposes import registry
from metaia.payments.purposes.registry import Money, Purpose
from tests.support.people import World


@dataclass
class Things:
    """Things by id, and the money that each was changed to. A lock is one of PostgreSQL, as of a row."""

    name: str
    things: dict[str, Purpose] = field(default_factory=dict)
    changes: dict[str, list[Money]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    payer: str = ""
    partner: str = ""

    def read(self, purpose_id: str) -> Purpose | None:
        return self.things.get(purpose_id)

    def lock(self, purpose_id: str) -> Purpose | None:
        db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7))"), {"key": purpose_id})
        return self.read(purpose_id)

    def refuse(self, purpose: Purpose) -> None:
        if purpose.id in self.refused:
            raise Conflict("This is not to be paid.", code="already_paid")

    def changed(self, purpose_id: str, money: Money) -> None:
        self.changes.setdefault(purpose_id, []).append(money)

    def add(self, payable: int = 1000, currency: str = "INR", **changes: Any) -> Purpose:
        """Add a thing that `payer_id` has to pay to `partner_id`."""
        own = changes.pop("id", None) or new_id()
        given: dict[str, Any] = {
            "payer_id": self.payer,
            "partner_id": self.partner,
            "order_id": own,
        } | changes
        bps, partner = given.pop("commission_bps", 1000), given["partner_id"]
        terms = Terms(
            purpose=f"{self.name}-{own}",
            total=payable,
            currency=currency,
            commission_bps=bps,
            partner=partner,
        )
        thing = Purpose(
            type=self.name,
            id=own,
            payable=payable,
            currency=currency,
            description="A thing",
            terms=terms,
            **given,
        )
        self.things[own] = thing
        return thing

    def complete(self, purpose: Purpose, at: datetime) -> None:
        """Let a thing earn its total at this time."""
        self.things[purpose.id] = replace(purpose, terms=replace(purpose.terms, completed_at=at))


THINGS = Things(name="thing")


def registered(app: Flask, world: World) -> Things:
    """Return the things of this process, whose type the application knows; new users pay and sell them."""
    registry.TYPES.of(app).setdefault(THINGS.name, THINGS)
    THINGS.payer, THINGS.partner = world.person().id, world.person("tailor").id
    return THINGS
