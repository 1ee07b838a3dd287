"""Facts: what a provider states about an attempt to pay, a refund or a dispute.

A fact is immutable, and its key is unique. A repeated statement has the key of the first one. Facts may arrive in any
order, more than once or late: rules look at the set of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

AttemptStatus = Literal["pending", "authorized", "captured", "voided", "failed"]
RefundStatus = Literal["requested", "pending", "processed", "failed", "cancelled"]
DisputeStatus = Literal["open", "under_review", "won", "lost", "closed", "prevented"]
Movement = Literal["withdrawn", "deducted", "reinstated"]
Key = tuple[str, str, str, str]
CASH = "cash"  # the provider of money that a person collects


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`reference` is the provider's id of the object, `amount` in minor units (ISO 4217), `at` the provider's time."""

    kind: ClassVar[str]

    provider: str
    reference: str
    status: str
    amount: int
    currency: str
    at: datetime

    @property
    def key(self) -> Key:
        """Return what makes the fact unique."""
        return (self.provider, self.kind, self.reference, self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFact(Fact):
    """One attempt to pay. `payment` is the provider's reference of the payment that it belongs to, if that is another.

    `collector` is the user or carrier that has collected cash.
    """

    kind: ClassVar[str] = "attempt"
    status: AttemptStatus
    payment: str | None = None
    method: str | None = None
    failure: str | None = None
    failure_message: str | None = None
    collector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeFact(Fact):
    """What the provider keeps of a captured attempt; `reference` is the attempt's."""

    kind: ClassVar[str] = "fee"
    status: Literal["charged"] = "charged"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact(Fact):
    """A refund of `attempt`. `refund_id` is our id of it; None for a refund that was made in the provider's dashboard.

    Our own request is a fact too: `requested`, with our id as `reference`.
    """

    kind: ClassVar[str] = "refund"
    status: RefundStatus
    attempt: str
    refund_id: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFact(Fact):
    """A dispute (chargeback) about `attempt`. `amount` may differ from the attempt's.

    `refundable`: a refund is still possible, as during an inquiry.
    """

    kind: ClassVar[str] = "dispute"
    status: DisputeStatus
    attempt: str
    reason: str | None = None
    refundable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsFact(Fact):
    """Money that a provider takes or gives back for `dispute`, with its `fee`; `reference` is the movement's.

    `withdrawn` is taken until the decision, `deducted` is taken because the dispute is lost.
    """

    kind: ClassVar[str] = "funds"
    status: Movement
    attempt: str
    dispute: str
    fee: int = 0
