"""Vendors and a mail server of which one call in ten fails; a failed call delivers nothing."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from metaia.dev.stubs.server import HANGS, Mood
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

FAILURE_RATE = 0.1
CALLS_PER_HANG = 2_000  # calls between two that hang, because each costs a worker seconds
FAILURES = (
    Mood(status=500),
    Mood(status=429, headers={"Retry-After": "1"}),
    Mood(drop=True),
)


def _failures() -> Iterator[Mood | None]:
    number = random.randrange(CALLS_PER_HANG // 2)
    while True:
        number += 1
        if number % CALLS_PER_HANG == 0:
            yield HANGS
        else:
            yield random.choice(FAILURES) if random.random() < FAILURE_RATE else None


class FlakyMailbox(Mailbox):
    """Sometimes answers that it is busy, and sometimes disconnects before it has the mail."""

    def _answered(self, stream: Any, line: str) -> str:
        if line.startswith("RCPT") and random.random() < FAILURE_RATE:
            if random.random() < 0.5:
                return "451 try later"
            raise ConnectionAbortedError
        return super()._answered(stream, line)


class FlakyVendors:
    """All vendors and the mail server, and the messages that have arrived there."""

    def __init__(self) -> None:
        self.vendors, self.mailbox = Vendors(), FlakyMailbox()
        stub = self.vendors.stub
        stub.moods = {
            name: _failures() for name in ("twilio", "vonage", "sendgrid", "fcm", "webpush", "expo")
        }
        self.settings = self.vendors.settings | {"EMAIL_PROVIDERS": "smtp,sendgrid"}

    @property
    def count(self) -> int:
        """Return how many messages have arrived, including duplicates."""
        return len(self.vendors.stub.arrived) + len(self.mailbox.mails)

    def arrived(self) -> Counter[tuple[str, str]]:
        """Return how often each delivery has arrived, by delivery and address."""
        mails = (
            (mail["Message-ID"].strip("<>").partition("@")[0], mail["To"]) for mail in self.mailbox.mails
        )
        return Counter([*mails, *((each.key, each.to) for each in self.vendors.stub.arrived)])


@contextlib.contextmanager
def running_vendors() -> Iterator[FlakyVendors]:
    """Run them in this process."""
    running = FlakyVendors()
    running.mailbox.server.start()
    try:
        with running.vendors.stub:
            yield running
    finally:
        running.mailbox.server.stop(timeout=0)
