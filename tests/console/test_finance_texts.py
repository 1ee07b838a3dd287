"""The texts and choices of the console's pages on payouts, credit, disputes and settlements are those of the API."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from metaia.finance.credit import state as credit_state
from metaia.finance.credit.schemas import LONGEST_TERM
from metaia.finance.credit_requests import schemas as request_schemas
from metaia.finance.credit_requests import state as request_state
from metaia.finance.payout_accounts.schemas import PutPayoutAccount
from metaia.finance.payouts import state as payout_state
from metaia.payments.disputes import state as dispute_state
from metaia.payments.reconciliation import queries as reconciliation_queries
from metaia.payments.reconciliation import schemas as reconciliation_schemas
from metaia.payments.stored_facts import KINDS

SOURCES = Path(__file__).parents[2] / "clients/console/src"
CHOICES = [
    ("payouts/page.tsx", "payouts: [", payout_state.MACHINE.states),
    ("payouts/page.tsx", "credit: [", request_state.MACHINE.states),
    ("disputes/list.tsx", "STATUSES = [", dispute_state.MACHINE.states),
    ("disputes/settlements.tsx", "STATES = [", reconciliation_queries.STATES),
    ("disputes/import.tsx", "PROVIDERS = [", reconciliation_schemas.PROVIDERS),
]


def test_each_state_has_a_text() -> None:
    texts = {
        part: json.loads((SOURCES / f"text/{part}/en.json").read_text()) for part in ("payouts", "disputes")
    }
    states = {*payout_state.MACHINE.states, *request_state.MACHINE.states}
    wanted = [f"status.{state}" for state in states]
    wanted += [f"credit.{state}" for state in credit_state.MACHINE.states]
    assert [name for name in wanted if name not in texts["payouts"]] == []
    wanted = [f"status.{state}" for state in dispute_state.MACHINE.states]
    wanted += [f"state.{state}" for state in reconciliation_queries.STATES]
    wanted += [f"kind.{kind}" for kind in ("attempt", "refund") if kind in KINDS]
    assert [name for name in wanted if name not in texts["disputes"]] == []


@pytest.mark.parametrize(("page", "name", "wanted"), CHOICES)
def test_what_can_be_chosen_is_what_the_api_takes(page: str, name: str, wanted: list[str]) -> None:
    source = (SOURCES / "pages" / page).read_text()
    assert name in source
    listed = source.partition(name)[2].partition("]")[0]
    assert set(re.findall(r'"(\w+)"', listed)) == set(wanted)


def test_an_account_is_checked_as_the_api_does() -> None:
    source = (SOURCES / "pages/payouts/account.tsx").read_text()
    found = dict(re.findall(r"^  (\w+): /(.*)/,$", source, re.MULTILINE))
    names = {"account_number": "accountNumber", "bank_code": "bankCode", "upi": "upi"}
    fields = PutPayoutAccount().fields
    assert found == {shown: fields[name].metadata["pattern"] for name, shown in names.items()}


def test_the_term_of_credit_is_the_apis() -> None:
    source = (SOURCES / "pages/payouts/creditDecision.tsx").read_text()
    assert f"const TERM = {request_schemas.TERM};" in source
    assert f"const LONGEST_TERM = {LONGEST_TERM};" in source
