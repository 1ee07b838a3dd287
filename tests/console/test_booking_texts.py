"""The texts and choices of the console's pages on bookings are those of the API. Needs no Node."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from marshmallow import validate

from metaia.bookings import schemas, state
from metaia.bookings.services.schemas import DEPOSIT, FULL, INSTANT, NONE, REQUEST, CreateService
from metaia.bookings.waiting.policy import LONGEST, STATES
from metaia.core.http.pagination import MOST_DAYS

SOURCES = Path(__file__).parents[2] / "clients/console/src"
PAGES = SOURCES / "pages"
OF_USERS = {
    action
    for status in state.MACHINE.states
    for action in state.MACHINE.allowed(status, frozenset(state.USERS))
}


def test_each_state_action_and_reason_has_a_text() -> None:
    texts = json.loads((SOURCES / "text/bookings/en.json").read_text())
    wanted = [f"status.{status}" for status in schemas.STATUSES]
    wanted += [f"action.{action}" for action in OF_USERS]
    wanted += [f"done.{step}" for step in state.STEPS]
    wanted += [f"reason.{reason}" for reason in state.DECLINE_REASONS]
    wanted += [f"confirmation.{one}" for one in (INSTANT, REQUEST)]
    wanted += [f"payment.{one}" for one in (NONE, DEPOSIT, FULL)]
    assert [name for name in wanted if name not in texts] == []


@pytest.mark.parametrize(
    ("page", "name", "wanted"),
    [
        ("bookings/list.tsx", "STATUSES: readonly BookingStatus[] = [", schemas.STATUSES),
        ("bookings/actions.tsx", "REASONS = [", state.DECLINE_REASONS),
        ("bookings/actions.tsx", "ORDER: readonly BookingAction[] = [", OF_USERS),
        ("calendar/service.tsx", "CONFIRMATIONS = [", (INSTANT, REQUEST)),
        ("calendar/service.tsx", "PAYMENTS = [", (NONE, DEPOSIT, FULL)),
    ],
)
def test_what_can_be_chosen_is_what_the_api_takes(page: str, name: str, wanted: tuple[str, ...]) -> None:
    source = (PAGES / page).read_text()
    assert name in source
    listed = source.partition(name)[2].partition("]")[0]
    assert set(re.findall(r'"([\w-]+)"', listed)) == set(wanted)


def test_the_limits_of_a_service_are_the_apis() -> None:
    source = (PAGES / "calendar/service.tsx").read_text()
    fields = CreateService().fields
    for shown, least, most in re.findall(r"^  (\w+): \[(\d+), (\d+), \d+\],$", source, re.MULTILINE):
        field = next(one for one in fields.values() if one.data_key == shown)
        [limits] = [one for one in field.validators if isinstance(one, validate.Range)]
        assert (int(least), int(most)) == (limits.min, limits.max), shown


def test_the_waiting_list_and_the_figures_have_the_limits_and_states_of_the_api() -> None:
    assert f"LONGEST = {LONGEST.days};" in (PAGES / "planning/wait.tsx").read_text()
    assert f"MOST_DAYS = {MOST_DAYS};" in (PAGES / "planning/figures.tsx").read_text()
    texts = json.loads((SOURCES / "text/planning/en.json").read_text())
    assert {f"state.{state}" for state in STATES} == {name for name in texts if name.startswith("state.")}
