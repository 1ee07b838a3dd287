"""The bank of the shop: what providers and payouts have moved there, in its own book."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, LiteralString

from metaia.core.ids import new_id

if TYPE_CHECKING:
    from tests.chaos.money_shop import MoneyShop

SENT: LiteralString = "SELECT id::text, currency, amount FROM payouts WHERE status = 'sent' ORDER BY id"
OURS: LiteralString = "SELECT currency, posted FROM ledger_now() WHERE kind = %s AND posted <> 0"
PAYOUTS, STAFF = "/api/finance/payouts", "/api/admin/finance/payouts"
FATES = ("paid", "failed", "returned", "waits")  # of a payout that was sent


@dataclass
class Bank:
    """`book` has what is in the account of the shop, in minor units by currency; `fates` what became of payouts."""

    book: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)

    def request(self, shop: MoneyShop, currency: str, chance: Random) -> None:
        """Let the partner request what is available, twice with one key, and staff decide about it."""
        headers = {"Idempotency-Key": new_id()}
        first, second = (
            shop.ask(shop.tailor, "POST", PAYOUTS, {"currency": currency}, headers=headers) for _ in range(2)
        )
        assert first.status_code == second.status_code, second.text
        assert first.json().get("data") == second.json().get("data")
        if first.status_code == 409:  # nothing is available
            return
        assert first.status_code == 201, first.text
        payout_id = first.json()["data"]["payout"]["id"]
        decision = chance.choice(("approve", "approve", "approve", "cancel", "wait"))
        self.fates[decision] += 1
        if decision == "cancel":
            assert shop.ask(shop.tailor, "POST", f"{PAYOUTS}/{payout_id}/cancel", {}).ok
        elif decision == "approve":
            assert shop.ask(shop.admin, "POST", f"{STAFF}/{payout_id}/approve", {}).ok

    def execute(self, shop: MoneyShop, chance: Random) -> None:
        """Transfer what was sent, or not; staff states what the bank has done."""
        for payout_id, currency, amount in shop.own.rows(SENT):
            fate = chance.choice(FATES)
            self.fates[fate] += 1
            if fate in {"paid", "returned"}:
                self.book[currency] -= amount
                self._state(shop, payout_id, "paid", reference="UTR 4711")
            if fate in {"failed", "returned"}:
                self.book[currency] += amount if fate == "returned" else 0
                self._state(shop, payout_id, "failed", reason="The account is closed.")

    def check(self, shop: MoneyShop) -> None:
        """Check that the ledger has what the bank has, and that it owes the bank what was sent."""
        assert dict(shop.own.rows(OURS, "bank")) == {
            name: amount for name, amount in self.book.items() if amount
        }
        sent = Counter[str]()
        for _, currency, amount in shop.own.rows(SENT):
            sent[currency] += amount
        assert dict(shop.own.rows(OURS, "paying")) == dict(sent)

    @staticmethod
    def _state(shop: MoneyShop, payout_id: str, action: str, **body: str) -> None:
        answer = shop.ask(shop.admin, "POST", f"{STAFF}/{payout_id}/{action}", body)
        assert answer.ok, answer.text
