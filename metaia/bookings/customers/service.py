"""Which customer a booking is for."""

from __future__ import annotations

from collections.abc import Callable

from metaia.bookings.customers import queries
from metaia.bookings.policy import BOOKINGS_MANAGE
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.registry import Registry
from metaia.core.text import phones
from metaia.users import queries as user_queries

# By name of a domain above bookings: whether a customer has something of a partner there.
KNOWN: Registry[str, Callable[[str, str], bool]] = Registry("known_customers")


def named(actor: Actor, given: Json) -> tuple[str | None, Json]:
    """Return the customer's id and contact data; no id for one without an account. Raises Invalid."""
    wanted = given["customer_id"]
    if actor.role == "customer":
        if wanted not in {None, actor.id}:
            raise Invalid(details={"customerId": ["Only partners and admins book for others."]})
        wanted = actor.id
    info = _info(given["customer_info"])
    if wanted is None:
        if not info["name"]:
            raise Invalid(details={"customerInfo.name": ["Required for a customer without an account."]})
        return None, info
    if actor.role != "customer" and not actor.may(BOOKINGS_MANAGE):
        _require_known(wanted, actor.id)
    return wanted, {name: info[name] or value for name, value in account(wanted).items()}


def account(customer_id: str) -> Json:
    """Return the contact data of a customer's account. Raises Invalid."""
    person = user_queries.active_with_role(customer_id, {"customer"})
    if person is None:
        raise Invalid(details={"customerId": ["Not an active customer."]})
    return {"name": person.name, "phone": person.phone, "phoneE164": person.phone_e164}


def _require_known(customer_id: str, partner_id: str) -> None:
    """Raise Invalid unless a user is a customer of a partner: a booking shows the partner name and telephone."""
    if not queries.has_booked(customer_id, partner_id) and not any(
        knows(customer_id, partner_id) for knows in KNOWN.current().values()
    ):
        raise Invalid(details={"customerId": ["Not a customer of yours."]})


def _info(given: Json) -> Json:
    phone = given.get("phone")
    return {
        "name": given.get("name"),
        "phone": phone,
        "phoneE164": phones.canonical(phone) if phone else None,
    }
