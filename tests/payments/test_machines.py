"""What refunds and disputes may do, written out a second time; every state of a history is one of the machine."""

from __future__ import annotations

import pytest

from metaia.core.state_machine import Machine
from metaia.payments.disputes import state as disputes
from metaia.payments.refunds import state as refunds
from metaia.payments.state import STATUSES
from tests.payments.histories import EVERYTHING, History

REFUNDS = """
requested  -send->   pending    by job
requested  -cancel-> cancelled  by admin, requester
pending    -settle-> processed  by provider
pending    -fail->   failed     by provider
pending    -drop->   cancelled  by provider
processed  -return-> failed     by provider
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


@pytest.mark.parametrize(("machine", "table"), [(refunds.MACHINE, REFUNDS), (disputes.MACHINE, DISPUTES)])
def test_the_tables(machine: Machine, table: str) -> None:
    assert written(machine) == {" ".join(line.split()) for line in table.strip().splitlines()}


@pytest.mark.parametrize("history", EVERYTHING, ids=lambda history: history.name)
def test_each_state_of_a_history_is_known(history: History) -> None:
    assert history.state.status in STATUSES
    assert {each.status for each in refunds.refunds(history.facts)} <= set(refunds.MACHINE.states)
    assert {each.status for each in disputes.disputes(history.facts)} <= set(disputes.MACHINE.states)
