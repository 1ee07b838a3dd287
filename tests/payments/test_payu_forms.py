"""Forms of PayU, from browsers and from PayU itself, and its unsigned hints."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from metaia.dev.stubs.server import Mood
from tests.payments.conftest import Shop
from tests.payments.observed import FORM, back, postings, webhook
from tests.providers.payments.stubs import payu


def test_payus_form_comes_back_with_the_browser(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(shop.app.config, "PAYMENT_PAGE_URL", "https://shop.test/done?a=1")
    thing = shop.thing()
    opened = shop.open(thing, "payu")
    form = shop.books["payu"].pay(opened["toPay"]["fields"])
    answer = back(shop, form)
    assert answer.status_code == 303
    location = urlsplit(answer.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == "https://shop.test/done"
    assert parse_qs(location.query) == {
        "a": ["1"],
        "payment": [opened["payment"]["id"]],
        "status": ["completed"],
    }
    assert back(shop, form).status_code == 303
    assert webhook(shop, urlencode(form), FORM["Content-Type"]).json() == {}
    shop.work(everything=True)
    assert postings(thing) == ["captured"]


@pytest.mark.parametrize("change", ["status", "amount", "txnid", "hash"])
def test_a_changed_form_of_payu_is_refused(shop: Shop, change: str) -> None:
    thing = shop.thing()
    form = shop.books["payu"].pay(shop.open(thing, "payu")["toPay"]["fields"], "failure")
    forged = form | {change: {"status": "success", "amount": "1.00"}.get(change, "0" * 128)}
    for answer in (back(shop, forged), webhook(shop, urlencode(forged), FORM["Content-Type"])):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "webhook_refused")
    assert postings(thing) == []


def test_another_amount_of_payu_is_asked_not_taken(shop: Shop) -> None:
    thing = shop.thing()
    opened = shop.open(thing, "payu")
    form = shop.books["payu"].pay(opened["toPay"]["fields"])
    assert back(shop, payu.Books().returned(form | {"amount": "1.00"})).status_code == 303
    shop.work()
    assert shop.read(opened)["captured"] == 10


@pytest.mark.parametrize("unmapped", ["captured", "auth"])
def test_a_form_with_the_id_of_another_attempt_captures_nothing(shop: Shop, unmapped: str) -> None:
    """The customer has a signed form, of which the hash does not cover the attempt and the bank's status."""
    thing = shop.thing()
    opened = shop.open(thing, "payu")
    form = shop.books["payu"].pay(opened["toPay"]["fields"], "success", unmapped)
    for number in range(3):
        forged = form | {"mihpayid": f"{number}", "unmappedstatus": "captured"}
        assert back(shop, forged).status_code == 303
        assert webhook(shop, urlencode(forged), FORM["Content-Type"]).status_code == 200
    shop.work(everything=True)
    expected = {"captured": ("completed", ["captured"]), "auth": ("authorized", [])}[unmapped]
    assert (shop.read(opened)["status"], postings(thing)) == expected


def test_a_form_is_asked_for_later_if_payu_does_not_answer(shop: Shop) -> None:
    thing = shop.thing()
    opened = shop.open(thing, "payu")
    form = shop.books["payu"].pay(opened["toPay"]["fields"])
    shop.stubs["payu"].moods["payu"] = iter([Mood(status=502)])
    assert "status=created" in back(shop, form).headers["Location"]
    shop.work()
    assert (shop.read(opened)["status"], postings(thing)) == ("completed", ["captured"])


def test_unsigned_json_of_payu_makes_us_ask_only(shop: Shop) -> None:
    thing = shop.thing()
    opened = shop.open(thing, "payu")
    txnid = opened["payment"]["reference"]
    forged = {"txnid": txnid, "mihpayid": "1", "status": "success", "amount": "10.00"}
    hints: list[Any] = [
        forged, forged | {"txnid": "unknown"}, {"action": "refund", "mihpayid": "unknown"}, {}, [], 7,
        {"event": "dispute", "txn_id": None},
    ]  # fmt: skip
    for hint in hints:
        assert webhook(shop, json.dumps(hint), "application/json").status_code == 200
    shop.work()
    assert (shop.read(opened)["status"], postings(thing)) == ("created", [])
    shop.books["payu"].pay(opened["toPay"]["fields"])
    assert webhook(shop, json.dumps(forged | {"x": 1}), "application/json").status_code == 200
    shop.work()
    shop.work()
    assert shop.read(opened)["status"] == "completed"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"hash=x",
        b"a=1&a=2",
        b"status=success&txnid=%00&mihpayid=1&amount=1e400",
        b"&" * 5000,
    ],
    ids=range(6),
)
def test_forms_that_are_none_are_refused(shop: Shop, content: bytes) -> None:
    for path in ("payments/return", "webhooks"):
        answer = requests.post(f"{shop.world.url}/api/{path}/payu", content, headers=FORM, timeout=30)
        assert answer.status_code == 401
    answer = requests.post(
        f"{shop.world.url}/api/payments/return/payu", b"a=" * 70_000, headers=FORM, timeout=10
    )
    assert answer.status_code == 413
