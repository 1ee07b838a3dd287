"""Which customer a booking is for."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.text import phones
from metaia.users import queries as user_queries


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
    return wanted, {name: info[name] or value for name, value in account(wanted).items()}


def account(customer_id: str) -> Json:
    """Return the contact data of a customer's account. Raises Invalid."""
    person = user_queries.active_with_role(customer_id, {"customer"})
    if person is None:
        raise Invalid(details={"customerId": ["Not an active customer."]})
    return {"name": person.name, "phone": person.phone, "phoneE164": person.phone_e164}


def _info(given: Json) -> Json:
    phone = given.get("phone")
    return {
        "name": given.get("name"),
        "phone": phone,
        "phoneE164": phones.canonical(phone) if phone else None,
    }
