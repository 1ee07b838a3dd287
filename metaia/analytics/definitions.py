"""The definition of each value: the one place that states what a figure counts. Pure.

`VERSION` changes with any of them, and is part of each answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VERSION: Final = 1
COUNT, MONEY, SECONDS, SHARE, NUMBER = "count", "money", "seconds", "share", "number"


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a set. `axis` is the time by which it counts; `additive` values can be summed over buckets."""

    set: str
    key: str
    unit: str
    axis: str
    sentence: str
    formula: str
    sources: tuple[str, ...]
    additive: bool = True
    drill: str | None = None  # the list behind it: see drilling/queries.py


_ORDERS, _MONEY, _PEOPLE = ("orders", "order_steps"), ("ledger_postings", "ledger_entries"), ("users",)
_ACTIVE: Final = ("order_steps", "offer_steps", "booking_steps", "messages", "reviews", "payments")
_CHARGED: Final = "the accounts partner, courier, commission, sales, promotions and losses"
_ended = [
    Value(
        "orders", key, COUNT, "ended_at", sentence, f"count of orders that ended as {key}", _ORDERS, drill=key
    )
    for key, sentence in {
        "rejected": "Orders that the partner rejected.",
        "cancelled": "Orders that a user cancelled.",
        "expired": "Orders that were cancelled because the partner did not accept them in time.",
        "completed": "Orders that were completed.",
    }.items()
]
_durations = [
    Value(
        "durations",
        f"{key}{suffix}",
        SECONDS,
        "placed_at",
        f"{sentence} {label}.",
        formula,
        _ORDERS,
        additive=False,
    )
    for key, sentence, formula in (
        ("timeToAccept", "From the order to its acceptance:", "accepted_at - placed_at"),
        ("preparation", "From the acceptance until the order is ready:", "ready_at - accepted_at"),
        ("delivery", "From the dispatch to the delivery:", "delivered_at - picked_at"),
    )
    for suffix, label in (("P50", "the median"), ("P90", "nine tenths take at most this time"))
]
VALUES: Final = (
    Value("orders", "placed", COUNT, "placed_at", "Orders that were placed.", "count", _ORDERS, drill="placed"),
    Value("orders", "gmv", MONEY, "placed_at", "What the placed orders cost.", "sum of total", _ORDERS, drill="placed"),
    Value(
        "orders", "itemsSold", COUNT, "placed_at", "Pieces in the placed orders.", "sum of quantities", _ORDERS,
        drill="placed",
    ),
    Value(
        "orders", "averageValue", MONEY, "placed_at", "What a placed order costs on average.", "gmv / placed", _ORDERS,
        additive=False, drill="placed",
    ),
    Value(
        "orders", "accepted", COUNT, "accepted_at", "Orders that the partner accepted or began to prepare.",
        "count of orders by their first status beyond pending", _ORDERS, drill="accepted",
    ),
    *_ended,
    Value(
        "orders", "completedValue", MONEY, "ended_at", "What the completed orders cost, paid online or not.",
        "sum of total of completed orders", _ORDERS, drill="completed",
    ),
    Value("orders", "tips", MONEY, "ended_at", "Tips of completed orders.", "sum of tip", _ORDERS, drill="completed"),
    *_durations,
    Value(
        "revenue", "gross", MONEY, "booked_at", "What orders and bookings have earned, before commission.",
        f"credits to {_CHARGED} in postings `earned` and `credit`", _MONEY, drill="gross",
    ),
    Value(
        "revenue", "refunds", MONEY, "booked_at", "Refunds of what was earned, on the day of the refund.",
        f"debits of {_CHARGED} in postings `refund`; one that fails lowers the day on which it fails", _MONEY,
        drill="refunds",
    ),
    Value(
        "revenue", "disputes", MONEY, "booked_at", "What lost disputes have taken from what was earned.",
        f"debits of {_CHARGED} in postings `dispute`", _MONEY, drill="disputes",
    ),
    Value(
        "revenue", "corrections", MONEY, "booked_at", "Corrections after late messages of providers.",
        f"credits to {_CHARGED} in postings `corrected`", _MONEY, drill="corrections",
    ),
    Value(
        "revenue", "net", MONEY, "booked_at", "What is left of the gross revenue.",
        "gross - refunds - disputes + corrections", _MONEY, drill="net",
    ),
    Value(
        "revenue", "commission", MONEY, "booked_at", "Commission of the house, less what refunds have returned.",
        "credits to commission", _MONEY, drill="commission",
    ),
    Value("revenue", "fees", MONEY, "booked_at", "Fees of payment providers.", "debits of fees", _MONEY, drill="fees"),
    Value(
        "revenue", "payouts", MONEY, "booked_at", "What partners and couriers were paid out.",
        "credits to bank in postings `payout`", _MONEY, drill="payouts",
    ),
    Value("users", "registered", COUNT, "created_at", "New accounts.", "count of users", _PEOPLE, drill="registered"),
    Value(
        "users", "verified", COUNT, "created_at", "New accounts of which the e-mail address is verified by now.",
        "count of users with email_verified_at", _PEOPLE, drill="verified",
    ),
    Value(
        "users", "activated", COUNT, "created_at", "New accounts with an order in their first 7 days.",
        "count of users with cohorts.first_at < created_at + 7 days", ("users", "orders"), drill="activated",
    ),
    Value(
        "users", "active", COUNT, "day", "Distinct users with an action.", "count of distinct users", _ACTIVE,
        additive=False, drill="active",
    ),
    Value(
        "users", "newCustomers", COUNT, "placed_at", "Customers with their first order.", "count of cohorts", _ORDERS,
        drill="newCustomers",
    ),
    Value(
        "users", "returningCustomers", COUNT, "placed_at", "Distinct customers that had ordered before the bucket.",
        "count of distinct customers with cohorts.first_at before the bucket", _ORDERS, additive=False,
    ),
    Value(
        "engagement", "dau", NUMBER, "day", "Distinct active users of a day; of longer buckets their average.",
        "average of distinct users per day", _ACTIVE, additive=False,
    ),
    Value(
        "engagement", "wau", COUNT, "day", "Distinct active users of the 7 days up to the end of the bucket.",
        "count of distinct users", _ACTIVE, additive=False,
    ),
    Value(
        "engagement", "mau", COUNT, "day", "Distinct active users of the 30 days up to the end of the bucket.",
        "count of distinct users", _ACTIVE, additive=False,
    ),
    Value("engagement", "stickiness", SHARE, "day", "How often a user of the month comes.", "dau / mau", _ACTIVE,
          additive=False),
    Value("engagement", "actions", COUNT, "day", "Actions of users; being connected is none.", "count of steps of "
          "orders, offers and bookings, messages, reviews and payments", _ACTIVE),
    Value("engagement", "actionsPerActive", NUMBER, "day", "Actions of an active user.", "actions / users and days",
          _ACTIVE, additive=False),
)  # fmt: skip
SETS: Final = ("orders", "durations", "revenue", "users", "engagement", "retention", "partners", "couriers")
RANKINGS: Final = ("retention", "partners", "couriers")  # sets with rows instead of series
ONE_ZONE: Final = ("users", "engagement")  # days of distinct users exist in one zone only
MONEY_ONLY: Final = ("revenue",)
OF_KEY: Final = {(value.set, value.key): value for value in VALUES}
HOUSE_ONLY: Final = frozenset({"fees", "payouts"})  # values that partners do not have
