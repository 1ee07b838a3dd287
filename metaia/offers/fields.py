"""Contact data in bodies of offers, and the codes of refusals."""

from __future__ import annotations

from metaia.core.errors import declare
from metaia.core.http.contact_fields import Phone
from metaia.core.http.fields import Schema, Text

# All here, because the schemas of a 409 list the codes that are declared before them.
declare(
    {
        "counterparty_gone": "The other side has no active account.",
        "credit_refused": "The buyer's credit does not allow this order.",
        "currency_mismatch": "The currency of a negotiation never changes.",
        "offer_expired": "The time of the offer has passed: make a new one with `previousOfferId`.",
        "too_many_rounds": "There have been as many rounds as there may be: accept, reject or withdraw the offer.",
    }
)


class ContactIn(Schema):
    """Contact data for an order, which its customer gives."""

    name = Text(120)
    phone = Phone(allow_none=True)
    address = Text(500, lines=True, allow_none=True)
