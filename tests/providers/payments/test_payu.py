"""PayU: forms and commands at a stub that checks them, and what it posts as facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from metaia.dev.stubs.server import Mood, Stub
from metaia.payments import state
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.payments import payu_facts, reading, short_ids, signatures
from metaia.providers.payments.facts import RefundFact
from metaia.providers.payments.interface import Intent, Question, RefundOrder
from metaia.providers.payments.payu import PayU
from metaia.providers.payments.wire_amounts import UnpayableAmount
from tests.providers.payments.facts import NOW
from tests.providers.payments.stubs import payu as vendor

INTENT = Intent(
    id="019bd6a0-0000-7000-8000-000000000001", amount=4000, currency="INR", description="Order M1", name="Amit",
    email="amit@example.com", return_url="https://metaia.example/api/payments/return/payu",
)  # fmt: skip
REFUND_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


@pytest.fixture
def books() -> vendor.Books:
    return vendor.Books()


@pytest.fixture
def payu(stub: Stub) -> Iterator[PayU]:
    made = PayU(vendor.KEY, f"{vendor.SALT},older", stub.url, "https://secure.payu.in/_payment")
    yield made
    made.close()


def order(attempt: str, amount: int) -> RefundOrder:
    return RefundOrder(id=REFUND_ID, reference="", attempt=attempt, amount=amount, currency="INR")


def test_a_signed_form_is_paid_and_comes_back_signed(payu: PayU, books: vendor.Books) -> None:
    opened = payu.create(INTENT)
    assert payu.create(INTENT) == opened
    assert payu.ask(opened.reference) == ()
    form = books.pay(opened.to_pay["fields"])
    assert signatures.payu_response(f"older,{vendor.SALT}", form)
    [fact] = payu.ask(opened.reference)
    assert (fact.status, fact.amount, fact.currency) == ("captured", 4000, "INR")


@pytest.mark.parametrize("forged", [{}, {"mihpayid": "1"}, {"unmappedstatus": "captured", "mode": "CC"}])
def test_a_form_only_makes_us_ask(payu: PayU, books: vendor.Books, forged: dict[str, str]) -> None:
    """Its hash does not cover these fields, and it passes the customer's browser."""
    form = books.pay(payu.create(INTENT).to_pay["fields"], unmapped="auth") | forged
    assert signatures.payu_response(vendor.SALT, form)
    found = reading.read(form, NOW, payu_facts.reading)
    assert (found.facts, found.questions) == ((), (Question("payment", form["txnid"]),))


def test_names_cannot_move_the_fields_of_a_hash(payu: PayU, books: vendor.Books) -> None:
    """With the separator in a name, the hash of a small payment would be that of another one's form."""
    name = "Amit|prod|900000.00|TXN2"
    form = books.pay(payu.create(replace(INTENT, name=name)).to_pay["fields"])
    rest = "|".join([form["productinfo"], form["amount"], form["txnid"], form["key"]])
    other = {"firstname": "Amit", "productinfo": "prod", "amount": "900000.00", "txnid": "TXN2", "key": rest}
    assert not signatures.payu_response(vendor.SALT, form | other)


@pytest.mark.parametrize("extra", [{}, {"additionalCharges": "1.50"}])
def test_the_hash_covers_the_text_of_the_amount(
    payu: PayU, books: vendor.Books, extra: dict[str, str]
) -> None:
    form = books.returned(books.pay(payu.create(INTENT).to_pay["fields"]) | {"amount": "40.0"} | extra)
    assert signatures.payu_response(vendor.SALT, form)
    assert not signatures.payu_response(vendor.SALT, form | {"amount": "40.00"})
    [fact] = payu.ask(form["txnid"])
    assert fact.amount == 4000


@pytest.mark.parametrize(
    ("status", "unmapped", "expected"),
    [
        ("failure", "failed", "failed"),
        ("pending", "pending", "pending"),
        ("success", "auth", "authorized"),
        ("success", "captured", "completed"),
        ("success", "", "completed"),
    ],
)
def test_statuses(payu: PayU, books: vendor.Books, status: str, unmapped: str, expected: str) -> None:
    form = books.pay(payu.create(INTENT).to_pay["fields"], status, unmapped)
    assert state.of(payu.ask(form["txnid"]), "INR").status == expected


def test_a_refund_is_made_once_and_asked(payu: PayU, books: vendor.Books) -> None:
    form = books.pay(payu.create(INTENT).to_pay["fields"])
    attempt = form["mihpayid"]
    [first] = payu.refund(order(attempt, 1500))
    [again] = payu.refund(order(attempt, 1500))
    assert first.key == again.key
    assert isinstance(first, RefundFact)
    assert (first.refund_id, first.status, first.amount) == (REFUND_ID, "pending", 1500)
    [request] = books.actions[attempt].values()
    request["status"] = "SUCCESS"
    assert state.of(payu.ask(form["txnid"]), "INR").refunded == 1500
    with pytest.raises(Permanent, match="exceeds"):
        payu.refund(replace(order(attempt, 3000), id=REFUND_ID.replace("f", "e")))


def test_unsigned_hints_only_make_us_ask(payu: PayU) -> None:
    refund = {"action": "refund", "status": "success", "mihpayid": " 4039 ", "amt": "149.00", "token": "x"}
    dispute = {"type": "payments", "event": "dispute", "cb_id": 1, "txn_id": "t1", "cb_status": "lost"}
    forged = {"txnid": "t1", "mihpayid": "4039", "status": "success", "amount": "40.00"}
    for content, question in (
        (refund, Question("refunds", "4039")),
        (dispute, Question("payment", "t1")),
        (forged, Question("payment", "t1")),
    ):
        found = reading.read(content, NOW, payu_facts.hints)
        assert (found.facts, found.questions) == ((), (question,))


def test_wrong_salt_and_other_answers(payu: PayU, stub: Stub) -> None:
    wrong = PayU(vendor.KEY, "other", stub.url, "")
    with pytest.raises(Technical, match="salt"):
        wrong.ask("t1")
    wrong.close()
    for mood, error in ((Mood(status=502), Temporary), (Mood(status=200, content=b"<html>"), Technical)):
        stub.moods["payu"] = iter([mood])
        with pytest.raises(error):
            payu.ask("t1")


def test_other_currencies_and_captures_are_refused(payu: PayU) -> None:
    with pytest.raises(UnpayableAmount):
        payu.create(replace(INTENT, currency="EUR"))
    with pytest.raises(Permanent):
        payu.capture("4039", 100, "INR")


@pytest.mark.parametrize("amount", ["nan", "1e400", "-1", "40.001", "", "forty", 40.0, None, "1" * 30])
def test_amounts_that_are_none_are_refused(amount: object) -> None:
    content = {"txnid": "t1", "mihpayid": "4039", "status": "success", "transaction_amount": amount}
    with pytest.raises(ValueError, match="amount"):
        list(payu_facts.payment_facts(content, NOW))


@pytest.mark.parametrize("identifier", [INTENT.id, REFUND_ID, "00000000-0000-0000-0000-000000000000"])
def test_short_ids_are_restored(identifier: str) -> None:
    short = short_ids.shortened(identifier)
    assert len(short) == 22
    assert short.isalnum()
    assert short_ids.restored(short) == identifier


@pytest.mark.parametrize("value", [None, "", "x" * 22, "RefundToken1", "z" * 22, "é" * 22, 5])
def test_other_tokens_are_not_ours(value: object) -> None:
    found = short_ids.restored(value)
    assert found is None or short_ids.shortened(found) == value
