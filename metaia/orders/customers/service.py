"""The customer of an order, and the contact data that it keeps.

A customer orders for themselves. Partners and admins order at the counter: for a customer with an account that they
name, or for one without.
"""

from __future__ import annotations

from metaia.bookings.customers import queries as booking_customers
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.text import phones
from metaia.orders import policy
from metaia.orders.customers import queries
from metaia.users import queries as user_queries

OTHERS = "Only partners and admins order for others."


def partner_of(actor: Actor, given: Json) -> str | None:
    """Return the partner of an order: a partner at the counter need not name themselves."""
    partner_id: str | None = given["partner_id"]
    return actor.id if partner_id is None and actor.is_partner else partner_id


def buyer(actor: Actor, given: Json) -> str | None:
    """Return the customer of an order, None for one without an account. Raises Invalid."""
    wanted: str | None = given["customer_id"]
    partner_id = partner_of(actor, given)
    if actor.role == "customer" or not policy.sells(actor, partner_id):
        if wanted not in {None, actor.id}:
            raise Invalid(details={"customerId": [OTHERS]})
        return actor.id
    if wanted is None:
        return None
    if actor.is_partner and not _is_known(wanted, actor.id):
        raise Invalid(details={"customerId": ["Not a customer of yours."]})
    if user_queries.active_with_role(wanted, {"customer"}) is None:
        raise Invalid(details={"customerId": ["Not an active customer."]})
    return wanted


def contact(customer_id: str | None, given: Json) -> Json:
    """Return the contact data of an order, completed from the customer's account.

    Raises Invalid if neither has a name, without an account.
    """
    if customer_id is None and not given.get("name"):
        raise Invalid(details={"customerInfo.name": ["Required for a customer without an account."]})
    person = user_queries.by_id(customer_id) if customer_id else None
    name, phone, e164 = (person.name, person.phone, person.phone_e164) if person else (None, None, None)
    if given.get("phone"):
        phone, e164 = given["phone"], phones.canonical(given["phone"])
    return {
        "name": given.get("name") or name,
        "phone": phone,
        "phoneE164": e164,
        "address": given.get("address"),
    }


def _is_known(customer_id: str, partner_id: str) -> bool:
    """Return whether a user is a customer of a partner: an order shows the partner name and telephone."""
    return queries.has_ordered(customer_id, partner_id) or booking_customers.has_booked(
        customer_id, partner_id
    )
