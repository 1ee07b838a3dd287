"""The texts and choices of the console's pages on chat, offers and deals are those of the API. Needs no Node."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from marshmallow import Schema, validate

from metaia.bookings import schemas as booking_schemas
from metaia.bookings import state as booking_state
from metaia.chat.conversations.schemas import RenameConversation
from metaia.chat.messages.schemas import LONGEST_TEXT, MOST_ATTACHMENTS
from metaia.chat.moderation import queries as reports
from metaia.chat.moderation import schemas as report_schemas
from metaia.chat.participants.state import ASSIGNED, CLOSED, ESCALATED, JOINED, LEFT, REOPENED
from metaia.chat.restrictions.schemas import RestrictUser
from metaia.chat.state import KINDS
from metaia.chat.support.schemas import CallSupport
from metaia.deals import state as deal_state
from metaia.deals.policy import KINDS as ENTRIES
from metaia.offers import state as offer_state
from metaia.offers.rounds.schemas import MOST_ITEMS, MOST_PIECES
from metaia.payments.disputes.state import MACHINE as DISPUTES
from metaia.payments.refunds.state import MACHINE as REFUNDS
from metaia.payments.state import STATUSES as PAYMENT_STATUSES

SOURCES = Path(__file__).parents[2] / "clients/console/src"
CLIENT = SOURCES.parents[1] / "typescript/src"


def _texts(part: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((SOURCES / f"text/{part}/en.json").read_text())
    return found


def _limits(schema: type[Schema], field: str = "reason") -> validate.Length:
    [found] = [one for one in schema().fields[field].validators if isinstance(one, validate.Length)]
    return found


def test_each_kind_state_action_and_reason_has_a_text() -> None:
    wanted = [f"kind.{kind}" for kind in KINDS] + [f"reason.{reason}" for reason in reports.REASONS]
    assert [name for name in wanted if name not in _texts("chat")] == []
    assert [
        name for name in (f"action.{one}" for one in report_schemas.ACTIONS) if name not in _texts("desk")
    ] == []
    machine = offer_state.MACHINE
    wanted = [f"status.{status}" for status in machine.states]
    wanted += [f"done.{step}" for step in ("create", *machine.actions, *booking_state.STEPS)]
    wanted += [f"bookingStatus.{status}" for status in booking_schemas.STATUSES]
    wanted += [f"paymentStatus.{status}" for status in PAYMENT_STATUSES]
    wanted += [f"refundStatus.{status}" for status in REFUNDS.states]
    wanted += [f"disputeStatus.{status}" for status in DISPUTES.states]
    wanted += [f"event.{event}" for event in (ASSIGNED, CLOSED, ESCALATED, JOINED, LEFT, REOPENED)]
    wanted += [f"action.{action}" for action in machine.actions if action != "expire"]
    wanted += [f"reason.{reason}" for reason in offer_state.REJECT_REASONS]
    wanted += [f"payment.{terms}" for terms in offer_state.PAYMENT_TERMS]
    wanted += [f"stage.{stage}" for stage in deal_state.STAGES]
    wanted += [f"kind.{kind}" for kind in ENTRIES]
    assert [name for name in wanted if name not in _texts("offers")] == []


@pytest.mark.parametrize(
    ("page", "name", "wanted"),
    [
        ("chat/report.tsx", "REASONS: readonly ReportReason[] = [", reports.REASONS),
        ("desk/page.tsx", "KINDS = [", KINDS),
        ("desk/reports.tsx", "ACTIONS = [", report_schemas.ACTIONS),
        ("offers/list.tsx", "STATUSES: readonly OfferStatus[] = [", offer_state.MACHINE.states),
        ("offers/answer.tsx", "REASONS: readonly RejectReason[] = [", offer_state.REJECT_REASONS),
        ("offers/round.ts", "PAYMENT_TERMS: readonly PaymentTerms[] = [", offer_state.PAYMENT_TERMS),
        ("deals/list.tsx", "STAGES: readonly DealStage[] = [", deal_state.STAGES),
    ],
)
def test_what_can_be_chosen_is_what_the_api_takes(page: str, name: str, wanted: tuple[str, ...]) -> None:
    source = (SOURCES / "pages" / page).read_text()
    assert name in source
    listed = source.partition(name)[2].partition("]")[0]
    assert set(re.findall(r'"([\w-]+)"', listed)) == set(wanted)


def test_the_limits_are_those_of_the_api() -> None:
    composer = (SOURCES / "pages/chat/composer.tsx").read_text()
    assert f"LONGEST = {LONGEST_TEXT:_};" in composer
    assert f"MOST_FILES = {MOST_ATTACHMENTS};" in composer
    least, most = _limits(report_schemas.ReadingQuery), _limits(CallSupport)
    assert f"LEAST = {least.min};" in (SOURCES / "pages/chat/outside.tsx").read_text()
    assert f"LONGEST = {most.max};" in (SOURCES / "pages/chat/tools.tsx").read_text()
    restricting = (SOURCES / "pages/restrictions/dialog.tsx").read_text()
    assert f"LONGEST = {_limits(RestrictUser).max};" in restricting
    named = _limits(RenameConversation, "title")
    assert f"LONGEST = {named.max};" in (SOURCES / "pages/groups/new.tsx").read_text()
    rounds = (SOURCES / "pages/offers/round.ts").read_text()
    assert f"MOST_ITEMS = {MOST_ITEMS};" in rounds
    assert f"MOST_PIECES = {MOST_PIECES:_};" in rounds
    deals = (CLIENT / "deals/index.ts").read_text()
    listed = deals.partition("KINDS = [")[2].partition("]")[0]
    assert set(re.findall(r'"(\w+)"', listed)) == set(ENTRIES)
