"""A provider of payments in a history: what customers and banks do there, its webhooks, and its books.

Amounts are those of the vendors' documents, which are minor units for rupees, yen and Kuwaiti dinars.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from metaia.core.json import Json
from metaia.dev.stubs.server import Stub

OPEN = ("open", "needs_response")  # the statuses of a dispute that is not decided
Signed = tuple[bytes, str]  # the body of a webhook and its signature
Line = tuple[str, int, Json]  # of a settlement: a key, what it adds to the balance, and the row of the report


@dataclass(frozen=True)
class Webhook:
    """A change at a provider, as two events about it: some providers send a change twice, with different ids."""

    source: str
    header: str
    sign: Callable[[bytes], Signed]
    bodies: tuple[bytes, bytes]
    only_source: bool  # nothing else states the change, so the provider repeats it until it is answered


class Provider(ABC):
    """A provider with its own books. `reference` is its id of what we call a payment."""

    name: str
    header: str
    books: Any

    def __init__(self) -> None:
        self._known: set[tuple[str, str]] = set()

    def stub(self) -> Stub:
        """Return a server with these books."""
        found: Stub = self.books.stub()
        return found

    @abstractmethod
    def pay(self, reference: str, status: str) -> None:
        """Try to pay, as a customer: `captured`, `authorized` or `failed`."""

    @abstractmethod
    def captured(self, reference: str) -> Json | None:
        """Return what was captured; None if nothing was."""

    @abstractmethod
    def give_back(self, reference: str, amount: int) -> None:
        """Refund in the dashboard, if so much is left."""

    @abstractmethod
    def fail_refund(self, reference: str) -> None:
        """Let a refund of a payment come back after it was processed, if there is one."""

    @abstractmethod
    def decide(self, reference: str, status: str) -> None:
        """Decide the open disputes of a payment: `won` or `lost`."""

    @abstractmethod
    def lines(self, currency: str) -> Iterator[Line]:
        """Yield all that has moved money: the sum is the balance."""

    @abstractmethod
    def events(self) -> Iterator[tuple[str, str, Json]]:
        """Yield kind, status and entity of all that exists now, what is older first."""

    @abstractmethod
    def event(self, kind: str, status: str, entity: Json) -> bytes:
        """Return the body of one more webhook about an entity as it is now."""

    @abstractmethod
    def sign(self, body: bytes) -> Signed:
        """Return a body with its signature of now."""

    @abstractmethod
    def refunds(self, reference: str) -> list[Json]:
        """Return the refunds of a payment that were processed and did not come back."""

    @abstractmethod
    def our_id(self, refund: Json) -> str | None:
        """Return our id of a refund, which it has if we have requested it."""

    def refunded(self, reference: str) -> int:
        """Return what was refunded of a payment."""
        return sum(each["amount"] for each in self.refunds(reference))

    def refund_ids(self) -> list[str]:
        """Return our ids of all refunds that we have requested."""
        return [found for each in self.books.refunds.values() if (found := self.our_id(each))]

    def dispute(self, reference: str, amount: int) -> None:
        """Dispute a part of a payment, as a customer's bank."""
        if paid := self.captured(reference):
            self.books.disputed(paid, amount)

    def news(self) -> list[Webhook]:
        """Return the webhooks about what has changed since the last call."""
        made = []
        for kind, status, entity in [*self.events()]:
            if (entity["id"], status) not in self._known:
                self._known.add((entity["id"], status))
                made.append(self._webhook(kind, status, entity))
        return made

    def _webhook(self, kind: str, status: str, entity: Json) -> Webhook:
        bodies = (self.event(kind, status, entity), self.event(kind, status, entity))
        return Webhook(self.name, self.header, self.sign, bodies, kind == "dispute")
