"""Disputes: rows follow the facts, the partner's part is held until the decision, and an admin answers once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.ledger.holds import service as hold_service
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.disputes import jobs
from metaia.payments.purposes.registry import Purpose
from metaia.providers.payments import razorpay_facts
from metaia.providers.payments.facts import DisputeFact, Fact, FundsFact
from metaia.providers.storage import registry as stores
from tests.payments.facts import at
from tests.payments.purposes import Things
from tests.payments.refunds.conftest import Paid
from tests.providers.payments.stubs import razorpay
from tests.support.media import insert_media
from tests.support.people import Person, World


@dataclass
class Case:
    """A completed sale of 10 INR, of which the tailor has earned 9, and a dispute about it."""

    app: Flask
    tailor: Person
    admin: Person
    thing: Purpose
    payment_id: str
    attempt: str
    name: str

    def take(self, *facts: Fact) -> None:
        with self.app.app_context(), db.transaction():
            payment_service.take(facts, source="test")

    def stated(self, minute: int, status: Any, amount: int = 1000) -> DisputeFact:
        return DisputeFact(
            provider="razorpay", reference=self.name, status=status, amount=amount, currency="INR", at=at(minute),
            attempt=self.attempt, reason="fraudulent",
        )  # fmt: skip

    def moved(self, minute: int, status: Any, amount: int = 1000) -> FundsFact:
        return FundsFact(
            provider="razorpay", reference=f"txn_{minute}_{self.name}", status=status, amount=amount, currency="INR",
            at=at(minute), attempt=self.attempt, dispute=self.name,
        )  # fmt: skip

    def shown(self, person: Person | None = None) -> Json:
        [found] = (
            (person or self.admin)
            .get(f"/api/disputes?paymentId={self.payment_id}")
            .json()["data"]["disputes"]
        )
        shown: Json = found
        return shown

    def partner(self) -> tuple[int, int]:
        """Return what the tailor's account has, and what is held of it."""
        with self.app.app_context():
            found = ledger_queries.balance(Account("partner", self.tailor.id, "INR"))
        return (found.posted, found.held) if found else (0, 0)

    def status(self) -> str:
        with self.app.app_context():
            found = payment_queries.by_id(self.payment_id)
        return found.status if found else ""

    def notices(self, person: Person) -> list[str]:
        query = text(
            "SELECT type FROM notifications WHERE user_id = :id AND type LIKE 'dispute%' ORDER BY id"
        )
        with self.app.app_context():
            return [row.type for row in db.fetch_all(query, {"id": person.id})]

    def act(self, action: str, person: Person | None = None, **body: Any) -> tuple[int, Json]:
        answer = (person or self.admin).post(f"/api/disputes/{self.shown()['id']}/{action}", body)
        return answer.status_code, answer.json()


@pytest.fixture
def case(app: Flask, world: World, things: Things, paid: Paid, books: razorpay.Books) -> Case:
    tailor = world.person("tailor")
    thing = things.add(1000, partner_id=tailor.id)
    payment_id = paid(1000, thing)
    things.complete(thing, at(2))
    with app.app_context(), db.transaction():
        payment_service.follow(thing.type, thing.id)
        [attempt, *_] = payment_queries.facts(payment_id)
    return Case(app, tailor, world.staff("admin"), thing, payment_id, attempt.reference, f"disp_{new_id()}")


def test_a_dispute_holds_the_partners_part_until_it_is_won(case: Case) -> None:
    """Case 18: what was taken at the opening is no loss yet, and comes back."""
    case.take(case.stated(3, "open"), case.moved(3, "withdrawn"))
    found = case.shown(case.tailor)
    assert (found["status"], found["amount"], found["held"], found["allowedActions"]) == ("open", 10, 9, [])
    assert (case.partner(), case.status()) == ((900, 900), "disputed")
    case.take(case.moved(5, "reinstated"), case.stated(6, "won"))
    found = case.shown()
    assert (found["status"], found["held"], found["decidedAt"] is None) == ("won", 0, False)
    assert (case.partner(), case.status()) == ((900, 0), "completed")
    assert case.notices(case.tailor) == case.notices(case.admin) == ["dispute_opened", "dispute_decided"]


def test_a_lost_dispute_takes_what_was_held(case: Case) -> None:
    case.take(case.stated(3, "open"))
    assert case.partner() == (900, 900)
    case.take(case.stated(5, "lost"), case.moved(5, "deducted"))
    assert (case.shown()["status"], case.partner()) == ("lost", (0, 0))


def test_no_more_is_held_than_there_is(case: Case) -> None:
    with case.app.app_context(), db.transaction():
        hold_service.hold(new_id(), Account("partner", case.tailor.id, "INR"), 600)
    case.take(case.stated(3, "open"))
    assert (case.shown()["held"], case.partner()) == (3, (900, 900))


def test_repeated_and_late_facts_change_nothing(case: Case) -> None:
    opened, lost = case.stated(3, "open"), case.stated(5, "lost")
    case.take(lost, case.moved(5, "deducted"))
    case.take(opened)
    case.take(opened, lost)
    assert (case.shown()["status"], case.partner()) == ("lost", (0, 0))
    assert case.notices(case.tailor) == ["dispute_decided"]


def test_a_partner_sees_only_what_concerns_them(case: Case, world: World) -> None:
    case.take(case.stated(3, "open"))
    shown = case.shown(case.tailor)
    assert [shown[name] for name in ("reference", "summary", "answeredBy", "error")] == [None] * 4
    other = world.person("tailor")
    assert other.get("/api/disputes").json()["data"]["disputes"] == []
    assert other.get(f"/api/disputes/{shown['id']}").status_code == 403
    assert case.act("accept", case.tailor)[0] == 403


@pytest.fixture
def disputed(case: Case, books: razorpay.Books) -> Json:
    """Give the dispute as Razorpay knows it."""
    entity = books.disputed(books.payments[case.attempt], 1000)
    case.take(*razorpay_facts.dispute_facts(entity, at(3)))
    return entity


def work(case: Case) -> None:
    with case.app.app_context():
        jobs.answer()


@pytest.mark.usefixtures("configured")
def test_an_admin_accepts_a_dispute_at_the_provider(case: Case, disputed: Json) -> None:
    status, answer = case.act("accept", expectedVersion=1)
    assert (status, answer["data"]["dispute"]["answer"]) == (200, "accept")
    assert case.act("contest", summary="no")[1]["error"]["code"] == "illegal_transition"
    assert disputed["status"] == "open"
    work(case)
    found = case.shown()
    assert (disputed["status"], found["status"], found["answeredBy"]) == ("lost", "lost", case.admin.id)
    assert found["answeredAt"]
    assert case.partner() == (0, 0)


@pytest.mark.usefixtures("configured")
def test_an_admin_contests_a_dispute_with_files(
    case: Case, disputed: Json, books: razorpay.Books, tmp_path: Path
) -> None:
    assert case.act("contest", summary="It was delivered.")[1]["error"]["details"].keys() == {"uploadIds"}
    foreign = uploaded(case, case.tailor, tmp_path)
    assert (
        case.act("contest", summary="It was delivered.", uploadIds=[foreign])[1]["error"]["code"]
        == "unknown_media"
    )
    file = uploaded(case, case.admin, tmp_path)
    status, answer = case.act("contest", summary="It was delivered.", uploadIds=[file])
    assert (status, answer["data"]["dispute"]["answer"]) == (200, "contest")
    work(case)
    found = case.shown()
    assert (found["status"], found["error"]) == ("under_review", None)
    assert disputed["evidence"]["summary"] == "It was delivered."
    assert b"%PDF" in next(iter(books.documents.values()))


@pytest.mark.usefixtures("configured")
def test_a_refused_answer_can_be_given_again(case: Case, disputed: Json) -> None:
    disputed["status"] = "under_review"
    case.act("accept")
    work(case)
    found = case.shown()
    assert (found["answer"], found["status"], found["allowedActions"]) == (
        None,
        "open",
        ["contest", "accept"],
    )
    assert "not allowed" in found["error"]


@pytest.mark.usefixtures("configured")
def test_an_answer_that_was_taken_is_not_repeated(case: Case, disputed: Json) -> None:
    """The worker died after the provider's answer."""
    case.act("accept")
    disputed |= {"status": "lost", "amount_deducted": 1000}
    with case.app.app_context(), db.transaction():
        db.execute(text("UPDATE disputes SET tries = 1 WHERE reference = :id"), {"id": disputed["id"]})
    work(case)
    found = case.shown()
    assert (found["status"], found["answer"], found["error"]) == ("lost", "accept", None)


def uploaded(case: Case, owner: Person, folder: Path) -> str:
    """Return the id of a document of `owner` that is ready and stored."""
    path = folder / "proof.pdf"
    path.write_bytes(b"%PDF-1.7 delivered")
    with case.app.app_context():
        media = insert_media(owner, kind="document")
        assert media.renditions
        stores.store(case.app, "local").put(media.renditions["original"]["key"], path, "application/pdf")
    return media.id
