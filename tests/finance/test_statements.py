"""Statements: each line in one month, balances that continue, and nothing that changes once it is issued."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.finance import days
from metaia.finance.statements import jobs, pdf, policy, queries, service
from metaia.finance.statements.policy import Period
from metaia.ledger import service as ledger_service
from metaia.ledger.audit import registry
from metaia.ledger.chart import Account, Posting, credit, debit
from tests.finance.accounts import Sale
from tests.support.people import Person, World

PATH = "/api/finance/statements"
MARCH = Period(2026, 3)  # before the tests


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def sale(world: World) -> Sale:
    return Sale(world.person(), world.person("tailor"))


def booked(at: datetime, person: Person) -> None:
    """Move all postings of a person's accounts that were booked today to another time."""
    ids = (
        "SELECT posting_id FROM ledger_entries WHERE owner = :owner AND booked_at > now() - interval '1 hour'"
    )
    with db.transaction():
        db.execute(text("SET LOCAL session_replication_role = replica"))  # the ledger is append-only
        values = {"owner": person.id, "at": at}
        db.execute(text(f"UPDATE ledger_postings SET booked_at = :at WHERE id IN ({ids})"), values)
        db.execute(text(f"UPDATE ledger_entries SET booked_at = :at WHERE posting_id IN ({ids})"), values)


def earned(sale: Sale, at: datetime, total: int) -> None:
    """Let the partner earn 90 % of `total` at this time."""
    Sale(sale.payer, sale.partner, total=total).paid().completed()
    booked(at, sale.partner)


def statement(person: Person, period: object, query: str = "currency=INR") -> Json:
    answer = person.get(f"{PATH}/{period}?{query}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


def balances(found: Json) -> tuple[float, float]:
    return found["statement"]["opening"], found["statement"]["closing"]


def test_the_first_and_the_last_moment_belong_to_one_month(sale: Sale) -> None:
    start, end = days.start(MARCH.first_day), days.start(MARCH.next.first_day)
    assert start == datetime(2026, 2, 28, 18, 30, tzinfo=UTC)  # FINANCE_TIMEZONE is Asia/Kolkata
    smallest = timedelta(microseconds=1)
    for at, total in ((start - smallest, 100), (start, 1000), (end - smallest, 10_000), (end, 100_000)):
        earned(sale, at, total)
    for period in (MARCH.previous, MARCH, MARCH.next):
        assert service.issue(sale.partner.id, "INR", period)
    months = [statement(sale.partner, period) for period in (MARCH.previous, MARCH, MARCH.next)]
    assert [balances(each) for each in months] == [(0, 0.9), (0.9, 99.9), (99.9, 999.9)]
    assert [[line["amount"] for line in each["transactions"]] for each in months] == [[0.9], [9, 90], [900]]
    assert months[1]["transactions"][-1]["balance"] == 99.9


def test_an_issued_statement_never_changes(sale: Sale) -> None:
    earned(sale, days.start(MARCH.first_day), 1000)
    before = statement(sale.partner, MARCH)
    assert before["statement"]["preliminary"] is True
    assert service.issue(sale.partner.id, "INR", MARCH)
    issued = statement(sale.partner, MARCH)
    assert (issued["statement"]["preliminary"], balances(issued)) == (False, balances(before))
    Sale(sale.payer, sale.partner).paid().completed()  # booked today
    assert statement(sale.partner, MARCH) == issued
    assert not service.issue(sale.partner.id, "INR", MARCH)
    assert [each["period"] for each in sale.partner.get(PATH).json()["data"]["statements"]] == ["2026-03"]


def test_the_owner_is_notified_once(sale: Sale) -> None:
    earned(sale, days.start(MARCH.first_day), 1000)
    for _ in range(2):
        service.issue(sale.partner.id, "INR", MARCH)
    notes = sale.partner.get("/api/notifications").json()["data"]["notifications"]
    assert [each["type"] for each in notes] == ["statement_ready"]
    assert "2026-03" in notes[0]["message"]


def test_the_current_month_is_preliminary(sale: Sale) -> None:
    sale.paid().completed()
    period = policy.of(days.today())
    found = statement(sale.partner, period)
    assert (balances(found), found["statement"]["preliminary"]) == ((0, 900), True)
    assert balances(statement(sale.payer, period)) == (0, 0)
    assert [line["amount"] for line in statement(sale.payer, period)["transactions"]] == [1000, -1000]


def test_the_job_issues_the_last_month_for_all_users(world: World, sale: Sale) -> None:
    last, courier = policy.of(days.today()).previous, world.person("delivery")
    earned(sale, days.start(last.first_day), 1000)
    lines = [debit(Account("bank", "house", "INR"), 500), credit(Account("courier", courier.id, "INR"), 500)]
    with db.transaction():
        ledger_service.post(Posting(new_id(), "earned", lines))
    booked(days.start(last.first_day), courier)
    with db.transaction():
        db.execute(text("DELETE FROM finance_statement_periods"))
    assert jobs.issue() >= 2
    for person in (sale.partner, sale.payer, courier):
        assert statement(person, last)["statement"]["issuedAt"] is not None
    assert [line["type"] for line in statement(courier, last)["transactions"]] == ["earning"]
    assert service.months_to_issue() == []
    assert jobs.issue() == 0


def test_months_that_no_job_has_issued_are_due() -> None:
    november = Period(2026, 11)
    assert policy.to_issue(None, november) == [Period(2026, 10)]
    assert policy.to_issue(Period(2026, 10), november) == []
    assert policy.to_issue(Period(2025, 11), Period(2026, 2)) == [Period(2025, 12), Period(2026, 1)]


def test_the_auditor_finds_a_statement_that_does_not_add_up(sale: Sale) -> None:
    last = policy.of(days.today()).previous
    for number, period in enumerate((last.previous, last)):
        earned(sale, days.start(period.first_day), 1000 * (number + 1))
        service.issue(sale.partner.id, "INR", period)

    def findings() -> set[str]:
        found = [
            each
            for name in ("statement_continues", "statement_adds_up")
            for each in registry.check(name, full=True)
        ]
        return {each.rule for each in found if sale.partner.id in each.subject}

    assert findings() == set()
    change = "UPDATE finance_statements SET {} WHERE owner_id = :owner AND period = :period"
    for column, broken in (
        ("opening = opening + 1", "statement_continues"),
        ("closing = closing + 1", "statement_adds_up"),
    ):
        values = {"owner": sale.partner.id, "period": str(last)}
        with db.transaction():
            db.execute(text(change.format(column)), values)
        assert broken in findings()
        with db.transaction():
            db.execute(text(change.format(column.replace("+", "-"))), values)
    assert findings() == set()


def test_csv_has_numbers_and_texts_that_are_no_formulas(sale: Sale) -> None:
    sale.paid().completed().refunded(33_350)
    answer = sale.partner.get(f"{PATH}/{policy.of(days.today())}?currency=INR&format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "metaia-statement-" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["type"] for row in rows] == ["opening", "earning", "refund", "closing"]
    assert [row["amount"] for row in rows] == ["", "900.00", "-300.15", ""]
    assert Decimal(rows[0]["balance"]) + sum(Decimal(row["amount"] or 0) for row in rows) == Decimal(
        rows[-1]["balance"]
    )
    assert rows[1]["booked"].endswith("+05:30")
    assert rows[1]["order"] == sale.order_id


@pytest.mark.parametrize("name", ["अमित क्षत्रिय", "José Łódź", "=cmd"])
def test_pdf_names_its_owner_in_devanagari_too(world: World, name: str) -> None:
    partner = world.person("tailor")
    partner.patch("/api/auth/me", {"name": name})
    Sale(world.person(), partner).paid().completed()
    answer = partner.get(
        f"{PATH}/{policy.of(days.today())}?currency=INR", headers={"Accept": "application/pdf"}
    )
    assert answer.headers["Content-Type"] == "application/pdf"
    shown = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Statement of account" in shown
    assert "900.00" in shown
    assert "preliminary" in shown
    if name.isascii():
        assert name in shown
    else:
        assert name in copied(answer.content)


def copied(content: bytes) -> list[str]:
    """Return the texts of the first page that a reader copies instead of the glyphs (ActualText)."""
    page = PdfReader(io.BytesIO(content)).pages[0].get_contents()
    assert page is not None
    starts = [operands[1] for operands, operator in page.operations if operator == b"BDC"]
    ends = [operator for _, operator in page.operations if operator == b"EMC"]
    assert len(starts) == len(ends)
    return [str(each["/ActualText"]) for each in starts]


def test_a_long_statement_has_several_pages_and_no_endless_pdf(sale: Sale) -> None:
    sale.paid().completed()
    for amount in range(1, 60):
        sale.refunded_elsewhere(amount)
    path = f"{PATH}/{policy.of(days.today())}?currency=INR&format=pdf"
    assert len(PdfReader(io.BytesIO(sale.partner.get(path).content)).pages) == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "MOST_LINES", 10)
        assert sale.partner.get(path).status_code == 422


def test_the_format_follows_from_accept(sale: Sale) -> None:
    path = f"{PATH}/{policy.of(days.today())}?currency=INR"
    for accept, type_ in (
        ("text/csv", "text/csv"),
        ("application/pdf", "application/pdf"),
        ("*/*", "application/json"),
    ):
        answer = sale.payer.get(path, headers={"Accept": accept})
        assert answer.headers["Content-Type"].partition(";")[0] == type_
        assert "Accept" in answer.headers["Vary"]


def test_a_statement_is_read_by_its_owner_and_staff(world: World, sale: Sale) -> None:
    sale.paid().completed()
    period, query = policy.of(days.today()), f"currency=INR&userId={sale.partner.id}"
    assert balances(statement(world.staff("support"), period, query)) == (0, 900)
    assert sale.payer.get(f"{PATH}/{period}?{query}").status_code == 403
    assert sale.payer.get(f"{PATH}?userId={sale.partner.id}").status_code == 403


@pytest.mark.parametrize("period", ["2026-13", "2026-1", "2199-01", "march", "%00", "2026-11-01", "20২6-11"])
def test_a_month_that_does_not_exist_is_not_found(sale: Sale, period: str) -> None:
    assert sale.payer.get(f"{PATH}/{period}?currency=INR").status_code == 404


@pytest.mark.parametrize("query", ["", "currency=XXX", "currency=INR&format=docx", "currency=INR&userId=1"])
def test_a_malformed_query_is_refused(sale: Sale, query: str) -> None:
    assert sale.payer.get(f"{PATH}/2026-03?{query}").status_code == 422


def test_a_statement_without_lines_is_final_and_not_issued(sale: Sale) -> None:
    found = statement(sale.payer, MARCH)["statement"]
    assert (found["lines"], found["preliminary"], found["issuedAt"]) == (0, False, None)
    assert not service.issue(sale.payer.id, "INR", MARCH)
    assert queries.get(sale.payer.id, "INR", str(MARCH)) is None
