"""Written histories of payments: facts, the state, and what is in the ledger, by the design's tables."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.payments.booking.terms import Terms
from metaia.payments.state import State
from metaia.providers.payments.facts import Fact
from tests.payments.facts import attempt, dispute, fee, funds, refund, terms

Lines = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class History:
    """`postings`: by key, the lines as texts: the account and the amount, a debit without a sign."""

    name: str
    facts: tuple[Fact, ...]
    terms: Terms | None
    state: State
    postings: Lines


CAPTURED: Lines = {"captured:razorpay:pay_1": ("gateway:razorpay 1000", "due:order-1 -1000")}
EARNED: Lines = {"earned:order-1": ("due:order-1 1000", "partner:tailor -900", "commission:house -100")}
EVERYTHING = [
    History(
        "a refund in the dashboard, in another currency",
        (attempt(0, "captured"), refund(5, "processed", 7, None, currency="USD")),
        terms(completed=9),
        State("completed", 1000, 0, 0, 0),
        CAPTURED | EARNED | {"refund:razorpay:rfnd_None": ("losses:house 7", "gateway:razorpay -7")},
    ),
    History(
        "a late capture after a failure",
        (attempt(0, "failed"), attempt(2000, "authorized"), attempt(2001, "captured"), fee(2001, 24)),
        terms(),
        State("completed", 1000, 0, 0, 0),
        CAPTURED | {"fee:razorpay:pay_1": ("fees:razorpay 24", "gateway:razorpay -24")},
    ),
    History(
        "an authorization that is voided",
        (attempt(0, "pending"), attempt(1, "authorized"), attempt(5, "voided")),
        terms(),
        State("cancelled", 0, 0, 0, 0),
        {},
    ),
    History(
        "two captures of one order, and the refund of the excess after the order has earned",
        (
            attempt(0, "captured"),
            attempt(3, "captured", name="pay_2"),
            refund(90, "requested", 1000, attempt="pay_2"),
            refund(91, "processed", 1000, attempt="pay_2"),
        ),
        terms(completed=60),
        State("partially_refunded", 2000, 1000, 0, 0),
        CAPTURED
        | EARNED
        | {
            "captured:razorpay:pay_2": ("gateway:razorpay 1000", "due:order-1 -1000"),
            "refund:r1": ("due:order-1 1000", "refunding:razorpay -1000"),
            "refund:r1:processed": ("refunding:razorpay 1000", "gateway:razorpay -1000"),
        },
    ),
    History(
        "a partial refund before the order earns",
        (
            attempt(0, "captured"),
            refund(5, "requested", 300),
            refund(6, "pending", 300),
            refund(7, "processed", 300),
        ),
        terms(completed=60),
        State("partially_refunded", 1000, 300, 0, 0),
        CAPTURED
        | {
            "refund:r1": ("due:order-1 300", "refunding:razorpay -300"),
            "refund:r1:processed": ("refunding:razorpay 300", "gateway:razorpay -300"),
            "earned:order-1": ("due:order-1 700", "partner:tailor -630", "commission:house -70"),
        },
    ),
    History(
        "three refunds of an earned order, with the rounding of the design",
        (
            attempt(0, "captured"),
            *(refund(70 + n, "requested", amount, f"r{n}") for n, amount in enumerate((333, 333, 334))),
        ),
        terms(completed=60, commission_bps=1010),
        State("completed", 1000, 0, 1000, 0),
        CAPTURED
        | {
            "earned:order-1": ("due:order-1 1000", "partner:tailor -899", "commission:house -101"),
            "refund:r0": ("partner:tailor 299", "commission:house 34", "refunding:razorpay -333"),
            "refund:r1": ("partner:tailor 300", "commission:house 33", "refunding:razorpay -333"),
            "refund:r2": ("partner:tailor 300", "commission:house 34", "refunding:razorpay -334"),
        },
    ),
    History(
        "a refund that fails, and another one that succeeds",
        (
            attempt(0, "captured"),
            refund(5, "requested", 1000),
            refund(6, "failed", 1000),
            refund(9, "requested", 1000, "r2"),
            refund(10, "processed", 1000, "r2"),
        ),
        terms(),
        State("refunded", 1000, 1000, 0, 0),
        CAPTURED
        | {
            "refund:r1": ("due:order-1 1000", "refunding:razorpay -1000"),
            "refund:r1:failed": ("refunding:razorpay 1000", "due:order-1 -1000"),
            "refund:r2": ("due:order-1 1000", "refunding:razorpay -1000"),
            "refund:r2:processed": ("refunding:razorpay 1000", "gateway:razorpay -1000"),
        },
    ),
    History(
        "a refund of an earned order that fails weeks after success",
        (
            attempt(0, "captured"),
            refund(70, "requested", 500),
            refund(71, "pending", 500),
            refund(72, "processed", 500),
            refund(9000, "failed", 500),
        ),
        terms(completed=60),
        State("completed", 1000, 0, 0, 0),
        CAPTURED
        | EARNED
        | {
            "refund:r1": ("partner:tailor 450", "commission:house 50", "refunding:razorpay -500"),
            "refund:r1:processed": ("refunding:razorpay 500", "gateway:razorpay -500"),
            "refund:r1:returned": ("gateway:razorpay 500", "due:order-1 -500"),
        },
    ),
    History(
        "a refund that is cancelled before it is sent",
        (attempt(0, "captured"), refund(5, "requested", 400), refund(6, "cancelled", 400)),
        terms(),
        State("completed", 1000, 0, 0, 0),
        CAPTURED
        | {
            "refund:r1": ("due:order-1 400", "refunding:razorpay -400"),
            "refund:r1:failed": ("refunding:razorpay 400", "due:order-1 -400"),
        },
    ),
    History(
        "a refund that was made in the dashboard, and came back",
        (
            attempt(0, "captured"),
            refund(5, "pending", 200, None),
            refund(6, "processed", 200, None),
            refund(99, "failed", 200, None),
        ),
        terms(),
        State("completed", 1000, 0, 0, 0),
        CAPTURED
        | {
            "refund:razorpay:rfnd_None": ("due:order-1 200", "gateway:razorpay -200"),
            "refund:razorpay:rfnd_None:returned": ("gateway:razorpay 200", "due:order-1 -200"),
        },
    ),
    History(
        "a dispute that takes the money at its opening, and is won",
        (
            attempt(0, "captured"),
            dispute(100, "open"),
            funds(100, "withdrawn", charge=15),
            dispute(101, "under_review"),
            funds(200, "reinstated", name="txn_2"),
            dispute(200, "won"),
        ),
        terms(completed=60),
        State("completed", 1000, 0, 0, 0),
        CAPTURED
        | EARNED
        | {
            "dispute:razorpay:disp_1:withdrawn:txn_1": (
                "disputed:razorpay 1000", "fees:razorpay 15", "gateway:razorpay -1015",
            ),
            "dispute:razorpay:disp_1:reinstated:txn_2": ("disputed:razorpay -1000", "gateway:razorpay 1000"),
        },
    ),
    History(
        "a dispute of an earned order that is lost",
        (attempt(0, "captured"), dispute(100, "open"), funds(100, "withdrawn"), dispute(200, "lost")),
        terms(completed=60),
        State("disputed", 1000, 0, 0, 1000),
        CAPTURED
        | EARNED
        | {
            "dispute:razorpay:disp_1:withdrawn:txn_1": ("disputed:razorpay 1000", "gateway:razorpay -1000"),
            "dispute:razorpay:disp_1:lost:txn_1": (
                "partner:tailor 900", "commission:house 100", "disputed:razorpay -1000",
            ),
        },
    ),
    History(
        "a dispute whose money is taken only because it is lost, for more than there is",
        (attempt(0, "captured"), dispute(9, "open", 1200), dispute(20, "lost", 1200), funds(20, "deducted", 1200)),
        terms(),
        State("disputed", 1000, 0, 0, 1000),
        CAPTURED
        | {
            "dispute:razorpay:disp_1:lost:txn_1": (
                "due:order-1 1000", "losses:house 200", "gateway:razorpay -1200",
            ),
        },
    ),
    History(
        "a dispute that is lost, then turned by the provider",
        (
            attempt(0, "captured"),
            funds(100, "withdrawn"),
            dispute(200, "lost"),
            funds(300, "reinstated", name="txn_2"),
            dispute(100, "open"),
        ),
        terms(completed=60),
        State("completed", 1000, 0, 0, 0),
        CAPTURED
        | EARNED
        | {
            "dispute:razorpay:disp_1:withdrawn:txn_1": ("disputed:razorpay 1000", "gateway:razorpay -1000"),
            "dispute:razorpay:disp_1:reinstated:txn_2": ("disputed:razorpay -1000", "gateway:razorpay 1000"),
        },
    ),
    History(
        "cash on delivery, collected by the courier",
        (attempt(50, "captured", name="order-1", provider="cash", method="cod", collector="courier"),),
        terms(completed=50),
        State("completed", 1000, 0, 0, 0, method="cod"),
        EARNED | {"cash:order-1": ("cash:courier 1000", "due:order-1 -1000")},
    ),
    History(
        "an order on credit, of which a part is delivered",
        (),
        terms(completed=50, credit_of="customer", delivered=600),
        State("created", 0, 0, 0, 0),
        {
            "credit:order-1": (
                "credit:customer 600", "due:order-1 -600", "due:order-1 600", "partner:tailor -540",
                "commission:house -60",
            ),
        },
    ),
    History(
        "money of an unknown purpose, refunded in the dashboard",
        (attempt(0, "captured"), refund(5, "processed", 1000, None)),
        None,
        State("refunded", 1000, 1000, 0, 0),
        {
            "captured:razorpay:pay_1": ("gateway:razorpay 1000", "suspense:razorpay -1000"),
            "refund:razorpay:rfnd_None": ("suspense:razorpay 1000", "gateway:razorpay -1000"),
        },
    ),
]  # fmt: skip
