"""The lines of a user's account, and the types that users see. Pure.

A posting becomes at most one line of each leg. `paid` and `charged` are lines of the payer of a purpose: money that the
payer has paid or got back, and what an order costs. `own` are lines of accounts of the user, as partner or courier,
`owed` those of the user's credit. The sum of all lines is the balance: above 0 the house owes it to the user.
"""

from __future__ import annotations

from typing import Final

PAID, CHARGED, OWN, OWED = "paid", "charged", "own", "owed"
LEGS = (PAID, CHARGED, OWN, OWED)
OWN_KINDS = ("partner", "courier", "cash")  # accounts of partners and couriers
OWED_KINDS = ("credit", "due")  # accounts of customers
CLAIM_KINDS = (*OWED_KINDS, "refunding", "disputed")  # what the house and a payer owe each other
# Who has earned what an order costs, and the house's part of what it would have cost.
CHARGED_KINDS = ("partner", "courier", "commission", "sales", "promotions", "losses")
OTHER: Final = "other"

# The descriptions of the types, in the order of the documentation.
DESCRIPTIONS = {
    "payment": "Payment",
    "order": "Order",
    "earning": "Earning from an order",
    "refund": "Refund of an order",
    "repayment": "Refund paid out",
    "dispute": "Dispute of a payment",
    "cash": "Cash collected",
    "handover": "Cash handed over",
    "shortage": "Cash that was missing",
    "payout": "Payout",
    "settlement": "Settlement of credit",
    "writeoff": "Debt that was written off",
    "correction": "Correction after a late message of the provider",
    "adjustment": "Adjustment by staff",
    "reversal": "Reversal by staff",
    OTHER: "Other movement",
}
TYPES = tuple(DESCRIPTIONS)
_ANY_LEG = {"adjustment": "adjustment", "corrected": "correction", "reversal": "reversal"}
_BY_LEG = {
    PAID: {"captured": "payment", "cash": "payment", "refund": "repayment", "dispute": "dispute"},
    CHARGED: {"earned": "order", "credit": "order", "refund": "refund", "dispute": "dispute"},
    OWN: {
        "earned": "earning",
        "credit": "earning",
        "refund": "refund",
        "dispute": "dispute",
        "cash": "cash",
        "handover": "handover",
        "short": "shortage",
        "payout": "payout",
        "netting": "payout",
    },
    OWED: {"credit": "order", "settled": "settlement", "captured": "payment", "writeoff": "writeoff"},
}
# Types by leg and kind of posting, as `paid:captured`; all others are OTHER.
TYPE_OF = {f"{leg}:{kind}": name for leg in LEGS for kind, name in (_BY_LEG[leg] | _ANY_LEG).items()}


def type_of(leg: str, kind: str) -> str:
    """Return the type of a posting's line."""
    return TYPE_OF.get(f"{leg}:{kind}", OTHER)


def named(type_: str) -> list[str]:
    """Return the leg and kind, as `paid:captured`, of all lines of a type; of OTHER those of all other types."""
    return [key for key, name in TYPE_OF.items() if type_ in (OTHER, name)]
