"""The risk grade: every small history, and what must hold of all of them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest

from metaia.finance.credit import debts, risk
from metaia.finance.credit.risk import GRADES, REASONS, History

DAY = date(2026, 11, 28)
ALL = [
    History(on_time, late, overdue, failed, delay if overdue else 0)
    for on_time, late, overdue, failed, delay in itertools.product(
        range(8), range(8), range(3), range(5), (1, 30, 31, 400)
    )
]


@pytest.mark.parametrize(
    ("past", "grade", "reasons"),
    [
        (History(), "C", ["no_history"]),
        (History(on_time=1), "B", ["short_history"]),
        (History(on_time=3), "A", ["pays_on_time"]),
        (History(on_time=3, failed=1), "B", ["failed_payment"]),
        (History(on_time=3, failed=3), "C", ["failed_payments"]),
        (History(on_time=9, late=1), "B", ["sometimes_late"]),
        (History(on_time=4, late=1), "B", ["sometimes_late"]),
        (History(on_time=3, late=1), "C", ["often_late"]),
        (History(on_time=1, late=2), "D", ["mostly_late"]),
        (History(on_time=50, overdue=1, days_overdue=1), "D", ["overdue"]),
        (History(on_time=50, overdue=1, days_overdue=30), "D", ["overdue"]),
        (History(on_time=50, overdue=1, days_overdue=31), "E", ["long_overdue"]),
        (History(late=2, overdue=1, days_overdue=3), "D", ["overdue", "mostly_late"]),
    ],
)
def test_grades(past: History, grade: str, reasons: list[str]) -> None:
    assert risk.grade(past) == (grade, reasons)


def test_every_history_has_a_grade_with_reasons_for_it() -> None:
    seen = set()
    for past in ALL:
        grade, reasons = risk.grade(past)
        assert grade in GRADES
        assert reasons
        assert {REASONS[each] for each in reasons} == {grade}
        seen |= {*reasons}
    assert seen == REASONS.keys()


def test_a_worse_history_never_has_a_better_grade() -> None:
    for past in ALL:
        grade, _ = risk.grade(past)
        worse = [replace(past, failed=past.failed + 1)]
        if past.on_time + past.late:
            worse.append(replace(past, late=past.late + 1))
        if past.overdue:
            worse += [
                replace(past, days_overdue=past.days_overdue + 1),
                replace(past, overdue=past.overdue + 1),
            ]
        assert all(risk.grade(each)[0] >= grade for each in worse), past


def test_one_more_debt_paid_on_time_never_makes_a_known_customer_worse() -> None:
    for past in ALL:
        if past.on_time + past.late:
            assert risk.grade(replace(past, on_time=past.on_time + 1))[0] <= risk.grade(past)[0], past


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def history_of(*moves: tuple[int, int], today: int, opening: int = 0) -> History:
    found = debts.of(
        [(day(number), amount) for number, amount in moves], opening=opening, since=day(-400), term_days=10
    )
    return risk.history(found, day(today), failed=0)


def test_a_debt_is_on_time_until_the_end_of_its_due_day() -> None:
    assert history_of((0, 50), (10, -50), today=11) == History(on_time=1)
    assert history_of((0, 50), (11, -50), today=11) == History(late=1)
    assert history_of((0, 50), today=10) == History()
    assert history_of((0, 50), today=12) == History(overdue=1, days_overdue=2)
    assert history_of((0, 50), (1, -49), today=12) == History(overdue=1, days_overdue=2)


def test_one_repayment_pays_several_debts_and_an_excess_pays_the_next() -> None:
    assert history_of((0, 50), (5, 30), (12, -80), today=13) == History(on_time=1, late=1)
    assert history_of((0, 50), (1, -70), (2, 20), today=30) == History(on_time=2)


def test_what_was_owed_before_the_history_is_the_oldest_debt() -> None:
    assert history_of((0, -30), today=0, opening=30) == History(late=1)
    assert history_of((0, 5), today=0, opening=1) == History(overdue=1, days_overdue=400)


def test_all_orders_of_repayments_leave_the_same_in_sum() -> None:
    for parts in itertools.product(range(5), repeat=3):
        moves = [(day(0), 7), (day(3), 5), *((day(4 + n), -part) for n, part in enumerate(parts) if part)]
        found = debts.of(moves, opening=0, since=day(-400), term_days=10)
        assert sum(debt.unpaid for debt in found) == max(12 - sum(parts), 0)
        assert found[0].unpaid == max(7 - sum(parts), 0)
