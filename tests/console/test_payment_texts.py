"""The texts and choices of the console's pages on payments are those of the API. Needs no Node."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args, get_type_hints

from metaia.orders.payment.state import METHODS, STATUSES
from metaia.payments import state as payment_state
from metaia.payments.refunds.schemas import REASONS
from metaia.payments.refunds.state import MACHINE
from metaia.payments.stored_facts import KINDS
from metaia.providers.payments.registry import FACTORIES

SOURCES = Path(__file__).parents[2] / "clients/console/src"
PAGES = SOURCES / "pages/payments"


def test_each_state_and_reason_has_a_text() -> None:
    texts = json.loads((SOURCES / "text/payments/en.json").read_text())
    states = {*STATUSES, *payment_state.STATUSES, *MACHINE.states}
    states |= {status for fact in KINDS.values() for status in get_args(get_type_hints(fact)["status"])}
    wanted = [f"status.{status}" for status in sorted(states)]
    wanted += [f"kind.{kind}" for kind in KINDS]
    wanted += [f"{prefix}.{method}" for method in METHODS for prefix in ("method", "hint")]
    wanted += [f"reason.{reason}" for reason in REASONS]
    wanted += [f"provider.{name}" for name in FACTORIES]
    assert [name for name in wanted if name not in texts] == []


def test_what_can_be_chosen_is_what_the_api_takes() -> None:
    for page, name, wanted in (
        ("list.tsx", "STATUSES", payment_state.STATUSES),
        ("list.tsx", "PROVIDERS", FACTORIES),
        ("actions.tsx", "REASONS", REASONS),
        ("choice.tsx", "METHODS: readonly Method[]", METHODS),
    ):
        found = re.search(rf"{re.escape(name)} = \[(.*?)\]", (PAGES / page).read_text())
        assert found
        assert set(re.findall(r'"(\w+)"', found[1])) == set(wanted), name
