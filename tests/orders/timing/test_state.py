"""Timing's pages know five statuses: each status of ours is shown as one of them."""

import pytest

from metaia.orders.state import MACHINE
from metaia.orders.timing import state

SHOWN = {
    "pending": "pending", "accepted": "preparing", "rejected": "cancelled", "preparing": "preparing",
    "cancelled": "cancelled", "ready": "ready", "out_for_delivery": "ready", "delivered": "completed",
    "completed": "completed",
}  # fmt: skip


def test_each_status_is_shown_as_one_of_five():
    assert {status: state.shown(status) for status in MACHINE.states} == SHOWN
    assert set(state.STATUSES) == set(SHOWN.values())


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["preparing"], {"accepted", "preparing"}),
        (["ready"], {"ready", "out_for_delivery"}),
        (["completed", "cancelled"], {"delivered", "completed", "rejected", "cancelled"}),
        (["pending"], {"pending"}),
        (["accepted"], {"accepted"}),
        ([], set()),
    ],
)
def test_a_filter_finds_what_is_shown_under_the_status(given, found):
    assert set(state.filtered(given)) == found
