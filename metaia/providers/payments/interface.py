"""The interface of payment providers: what they are asked, and what they state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from metaia.providers.payments.facts import Fact

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A payment to open. `id` is ours: a repetition with the same id opens nothing new. `amount` is in minor units."""

    id: str
    amount: int
    currency: str
    description: str
    name: str = ""
    email: str = ""
    phone: str = ""
    return_url: str = ""


@dataclass(frozen=True)
class Opened:
    """An opened payment: the provider's `reference`, and what the client needs to pay (`toPay`)."""

    reference: str
    to_pay: Json


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """A refund of `attempt`, which belongs to the payment `reference`. `id` is ours: a repetition refunds once."""

    id: str
    reference: str
    attempt: str
    amount: int
    currency: str


@dataclass(frozen=True)
class EvidenceFile:
    """A file that supports our side in a dispute."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Evidence:
    """What we state in a dispute. `id` is ours: a repetition with the same id submits once."""

    id: str
    summary: str
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True)
class Question:
    """What must be asked because a webhook only hints at it: a payment, or the refunds of an attempt or charge."""

    about: Literal["payment", "refunds"]
    reference: str


@dataclass(frozen=True)
class Reading:
    """What a webhook states. `note` is why it states nothing: an unknown type, or content that cannot be read."""

    facts: tuple[Fact, ...] = ()
    questions: tuple[Question, ...] = ()
    note: str | None = None


class PaymentProvider(Protocol):
    """One vendor. Each call returns facts, or raises Temporary, Permanent or Technical.

    After Temporary the vendor may or may not have acted: ask before the call is repeated.
    """

    name: str
    reusable: bool  # whether a payment can be paid after a failed attempt

    def check(self, amount: int, currency: str) -> None:
        """Raise UnpayableAmount for an amount that cannot be paid, with 0 and 0 for a currency that cannot."""

    def create(self, intent: Intent) -> Opened:
        """Open a payment. Raises UnpayableAmount too."""

    def to_pay(self, reference: str, intent: Intent) -> Json:
        """Return `toPay` of a payment that was opened before."""

    def ask(self, reference: str) -> tuple[Fact, ...]:
        """Return all that the provider knows of a payment: attempts, fees, refunds."""

    def ask_refunds(self, attempt: str) -> tuple[Fact, ...]:
        """Return the refunds of an attempt."""

    def capture(self, attempt: str, amount: int, currency: str) -> tuple[Fact, ...]:
        """Capture an authorized attempt, whole or in part. Raises UnpayableAmount too."""

    def cancel(self, reference: str) -> tuple[Fact, ...]:
        """Cancel a payment that is not captured, as far as the vendor can."""

    def refund(self, order: RefundOrder) -> tuple[Fact, ...]:
        """Refund a captured attempt, whole or in part. Raises UnpayableAmount too."""

    def close(self) -> None:
        """Close the kept connections."""


@runtime_checkable
class AnswersDisputes(Protocol):
    """A vendor that takes answers to disputes by its API. Calls return facts and raise as those of PaymentProvider."""

    def ask_dispute(self, dispute: str) -> tuple[Fact, ...]:
        """Return what the provider knows of a dispute."""

    def accept_dispute(self, dispute: str) -> tuple[Fact, ...]:
        """Give a dispute up: it is lost."""

    def contest_dispute(self, dispute: str, evidence: Evidence) -> tuple[Fact, ...]:
        """Submit evidence, which can be done once."""
