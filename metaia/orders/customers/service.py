"""Contact data of customers, as orders keep them."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.core.text import phones
from metaia.users import queries as user_queries


def contact(customer_id: str, given: Json) -> Json:
    """Return the contact data of an order, completed from the customer's account."""
    person = user_queries.by_id(customer_id)
    name, phone, e164 = (person.name, person.phone, person.phone_e164) if person else (None, None, None)
    if given.get("phone"):
        phone, e164 = given["phone"], phones.canonical(given["phone"])
    return {
        "name": given.get("name") or name,
        "phone": phone,
        "phoneE164": e164,
        "address": given.get("address"),
    }
