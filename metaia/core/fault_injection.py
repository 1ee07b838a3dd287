"""Fault points: tests kill the process between two lines and check the recovery.

`after_commit` the outbox has rows and no process was woken · `before_move` a commit has woken the relay ·
`after_move` events are in the log and were not announced ·
`in_campaign`, `in_announcement` a batch of recipients is not committed yet ·
`media_claimed`, `media_checked`, `media_announced`, `media_stored` the steps of media/processing/service.py ·
`media_deleted` the store has deleted a file that is still in the trash ·
`payment_before_call`, `payment_after_call` around the call that opens a payment at its provider ·
`payment_before_commit`, `payment_after_commit` around the transaction that takes what a provider has answered ·
`media_copied` the files of a hidden picture are copied, and the row still names the former ones ·
`refund_claimed` a refund is to be sent, and the provider was not called · `refund_sent` the provider has answered ·
`refund_taken` its facts are committed · `payout_sent` a payout is booked as sent, not committed yet ·
`reminders_taken` reminders are deleted and notified of, not committed yet ·
`offer_accepted` an offer is written as accepted, its order is not, nothing is committed ·
`webhook_sent` a receiver has answered, its answer is not stored ·
`chat_claimed`, `chat_notified`, `chat_marked`, `chat_reminded` the steps of chat/reminders/service.py, nothing is
committed ·
`analytics_facts`, `analytics_rollups` the steps of a page of analytics, nothing is committed · `analytics_chunk` a
chunk of a rebuild is committed · `analytics_swap` the tables of a rebuild are swapped, nothing is
committed · `operation_item` an item of a bulk operation is done, and not committed.
"""

from __future__ import annotations

import os
import signal

_armed = os.environ.get("METAIA_FAULT", "")


def point(name: str) -> None:
    """Kill this process with SIGKILL if METAIA_FAULT names this point. The configuration refuses it in production."""
    if _armed == name:
        os.kill(os.getpid(), signal.SIGKILL)
