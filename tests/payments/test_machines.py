"""What refunds and disputes may do, written out a second time; every state of a history is one of the machine."""

from __future__ import annotations

import pytest

from metaia.core.state_machine import Machine
from metaia.payments.booking.disputes import disputes
from metaia.payments.booking.refunds import refunds
from metaia.payments.disputes import state as dispute_state
from metaia.payments.refunds import state as refund_state
from metaia.payments.state import STATUSES
from tests.payments.histories import EVERYTHING, History

REFUNDS = """
requested  -send->   sending    by job
requested  -cancel-> cancelled  by admin, requester
sending    -begin->  pending    by provider
sending    -settle-> processed  by provider
sending    -fail->   failed     by provider
sending    -drop->   cancelled  by provider
pending    -settle-> processed  by provider
pending    -fail->   failed     by provider
pending    -drop->   cancelled  by provider
processed  -return-> failed     by provider
failed     -retry->  failed     by admin, requester
"""
DISPUTES = """
open         -contest-> under_review by admin
open         -accept->  lost         by admin
open         -win->     won          by provider
open         -lose->    lost         by provider
open         -close->   closed       by provider
open         -prevent-> prevented    by provider
under_review -win->     won          by provider
under_review -lose->    lost         by provider
under_review -close->   closed       by provider
under_review -prevent-> prevented    by provider
won          -turn->    lost         by provider
lost         -turn->    won          by provider
"""


def written(machine: Machine) -> set[str]:
    return {f"{t.source} -{t.action}-> {t.target} by {', '.join(sorted(t.by))}" for t in machine.transitions}


@pytest.mark.parametrize(
    ("machine", "table"), [(refund_state.MACHINE, REFUNDS), (dispute_state.MACHINE, DISPUTES)]
)
def test_the_tables(machine: Machine, table: str) -> None:
    assert written(machine) == {" ".join(line.split()) for line in table.strip().splitlines()}


@pytest.mark.parametrize("history", EVERYTHING, ids=lambda history: history.name)
def test_each_state_of_a_history_is_known(history: History) -> None:
    assert history.state.status in STATUSES
    assert {each.status for each in refunds(history.facts)} <= set(refund_state.MACHINE.states)
    assert {each.status for each in disputes(history.facts)} <= set(dispute_state.MACHINE.states)
