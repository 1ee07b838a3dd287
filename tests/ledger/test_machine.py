"""Random postings, holds, reversals, limits and folds: the books agree with a model, and the auditor finds nothing."""

from __future__ import annotations

from collections import defaultdict

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.ledger import jobs, queries, service
from metaia.ledger.audit import registry
from metaia.ledger.audit.rules import LEDGER_RULES
from metaia.ledger.chart import KINDS, Account, Line, Posting
from metaia.ledger.errors import HoldEnded, InsufficientBalance
from metaia.ledger.holds import service as hold_service

USED = ("gateway", "due", "partner", "commission", "credit", "cash")
AMOUNTS = st.integers(1, 2000)
HELD = ("credit", "partner", "due")


class Ledger(RuleBasedStateMachine):
    """One owner's accounts in one currency, with a model of their balances, holds and limit."""

    currency = "INR"
    holds = Bundle("holds")
    postings = Bundle("postings")

    def __init__(self) -> None:
        super().__init__()
        self.owner = new_id()
        self.posted: dict[str, int] = defaultdict(int)
        self.open: dict[str, tuple[str, int]] = {}
        self.limit = 0

    def account(self, kind: str) -> Account:
        return Account(kind, self.owner, self.currency)

    def room(self, kind: str) -> int:
        held = sum(amount for of, amount in self.open.values() if of == kind)
        base = self.limit - self.posted[kind] if KINDS[kind].takes > 0 else self.posted[kind]
        return base - held

    def fits(self, moves: dict[str, int], held: frozenset[str] = frozenset()) -> bool:
        """Return whether each bounded account has room for its move, which is in its natural sign."""
        for kind, moved in moves.items():
            takes = KINDS[kind].takes
            if takes and moved * takes > 0 and kind not in held and self.room(kind) < abs(moved):
                return False
        return True

    def book(self, lines: list[tuple[str, int]], key: str, hold_id: str | None = None) -> str | None:
        """Book lines, and compare the outcome with the model; return the posting's id."""
        natural: dict[str, int] = defaultdict(int)
        for kind, amount in lines:
            natural[kind] += amount * KINDS[kind].normal
        held = frozenset({self.open[hold_id][0]} if hold_id else ())
        given = [
            Line(self.account(kind), amount, hold_id if kind in held else None) for kind, amount in lines
        ]
        fits = self.fits(natural, held)
        try:
            with db.transaction():
                posting = service.post(Posting(key, "test", given))
        except InsufficientBalance:
            assert not fits
            return None
        assert fits
        for kind, moved in natural.items():
            self.posted[kind] += moved
        if hold_id:
            del self.open[hold_id]
        return posting

    @rule(target=postings, source=st.sampled_from(USED), sink=st.sampled_from(USED), amount=AMOUNTS)
    def move(self, source: str, sink: str, amount: int):
        if source == sink:
            return multiple()
        key = new_id()
        posting = self.book([(source, amount), (sink, -amount)], key)
        if posting is None:
            return multiple()
        with db.transaction():  # a repetition changes nothing
            lines = [Line(self.account(source), amount), Line(self.account(sink), -amount)]
            assert service.post(Posting(key, "test", lines)) == posting
        return (posting, source, sink, amount)

    @rule(given=consumes(postings))
    def reverse(self, given: tuple[str, str, str, int]) -> None:
        posting, source, sink, amount = given
        moves = {source: -amount * KINDS[source].normal, sink: amount * KINDS[sink].normal}
        fits = self.fits(moves)
        try:
            with db.transaction():
                service.reverse(posting)
        except InsufficientBalance:
            assert not fits
            return
        assert fits
        for kind, moved in moves.items():
            self.posted[kind] += moved
        with pytest.raises(Conflict), db.transaction():
            service.reverse(posting)

    @rule(target=holds, kind=st.sampled_from(HELD), amount=AMOUNTS)
    def hold(self, kind: str, amount: int):
        hold_id, fits = new_id(), self.room(kind) >= amount
        try:
            with db.transaction():
                hold_service.hold(hold_id, self.account(kind), amount)
        except InsufficientBalance:
            assert not fits
            return multiple()
        assert fits
        self.open[hold_id] = (kind, amount)
        return hold_id

    @rule(hold_id=holds, share=st.integers(1, 100))
    def post_hold(self, hold_id: str, share: int) -> None:
        if hold_id not in self.open:
            lines = [Line(self.account("credit"), 1, hold_id), Line(self.account("gateway"), -1)]
            with pytest.raises(HoldEnded), db.transaction():
                service.post(Posting(new_id(), "test", lines))
            return
        kind, amount = self.open[hold_id]
        part = max(1, amount * share // 100)
        assert self.book([(kind, part), ("gateway", -part)], new_id(), hold_id) is not None

    @rule(hold_id=holds)
    def void(self, hold_id: str) -> None:
        with db.transaction():
            try:
                released = hold_service.release(hold_id)
            except HoldEnded:
                released = False
        assert released == (hold_id in self.open)
        self.open.pop(hold_id, None)

    @rule(limit=st.integers(0, 5000))
    def set_limit(self, limit: int) -> None:
        with db.transaction():
            hold_service.set_ceiling(self.account("credit"), limit)
        self.limit = limit

    @rule()
    def fold(self) -> None:
        jobs.fold_tails(1)

    @invariant()
    def balances_agree(self) -> None:
        found = queries.balances(self.account(kind) for kind in USED)
        assert {account.kind: posted for account, posted in found.items()} == {
            kind: self.posted[kind] for kind in USED
        }

    def teardown(self) -> None:
        assert [finding for name in LEDGER_RULES for finding in registry.check(name, full=True)] == []


@pytest.mark.parametrize("currency", ["INR", "JPY", "KWD"])
def test_the_books_agree_with_a_model(app: Flask, currency: str) -> None:
    machine = type("Machine", (Ledger,), {"currency": currency})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
