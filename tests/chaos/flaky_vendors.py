"""Vendors and a mail server of which one call in ten goes wrong; what goes wrong is not taken."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from metaia.dev.stubs.server import HANGS, Mood
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

WRONG = 0.1
EACH_HANGS = 2_000  # calls: it costs a worker seconds
MOODS = (
    Mood(status=500),
    Mood(status=429, headers={"Retry-After": "1"}),
    Mood(drop=True),
)


def _moods() -> Iterator[Mood | None]:
    number = random.randrange(EACH_HANGS // 2)
    while True:
        number += 1
        if number % EACH_HANGS == 0:
            yield HANGS
        else:
            yield random.choice(MOODS) if random.random() < WRONG else None


class MoodyMailbox(Mailbox):
    """Busy at times; at others it hangs up before it has the mail."""

    def _answered(self, stream: Any, line: str) -> str:
        if line.startswith("RCPT") and random.random() < WRONG:
            if random.random() < 0.5:
                return "451 try later"
            raise ConnectionAbortedError
        return super()._answered(stream, line)


class Outside:
    """All that the workers send by, and what has arrived there."""

    def __init__(self) -> None:
        self.vendors, self.mailbox = Vendors(), MoodyMailbox()
        stub = self.vendors.stub
        stub.moods = {name: _moods() for name in ("twilio", "vonage", "sendgrid", "fcm", "webpush", "expo")}
        self.settings = self.vendors.settings | {"EMAIL_PROVIDERS": "smtp,sendgrid"}

    @property
    def count(self) -> int:
        """Return how many messages have arrived, copies too."""
        return len(self.vendors.stub.arrived) + len(self.mailbox.mails)

    def arrived(self) -> Counter[tuple[str, str]]:
        """Return how often each delivery has arrived at which address."""
        mails = (
            (mail["Message-ID"].strip("<>").partition("@")[0], mail["To"]) for mail in self.mailbox.mails
        )
        return Counter([*mails, *((each.key, each.to) for each in self.vendors.stub.arrived)])


@contextlib.contextmanager
def outside() -> Iterator[Outside]:
    """Run them in this process."""
    running = Outside()
    running.mailbox.server.start()
    try:
        with running.vendors.stub:
            yield running
    finally:
        running.mailbox.server.stop(timeout=0)
