"""Webhooks that are lost, duplicated, late and out of order."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import requests

from tests.chaos.payment_providers import Webhook

LOST, LATE, TWICE = "lost", "late", "twice"
FATES = ("once", LOST, LATE, TWICE)
Call = tuple[Webhook, bytes]


class LossyCalls:
    """The way of webhooks to `url`. Chance decides what becomes of each, and the order of those that wait."""

    def __init__(self, url: str, chance: Random) -> None:
        self._url, self._chance = url, chance
        self._waiting: list[Call] = []
        self._late: list[Call] = []
        self.fates: dict[str, int] = dict.fromkeys(FATES, 0)

    def take(self, webhooks: Iterable[Webhook]) -> int:
        """Take new webhooks; return how many. One that is lost is late if its provider is the only source."""
        taken = 0
        for webhook in webhooks:
            fate = self._chance.choice(FATES)
            fate = LATE if fate == LOST and webhook.only_source else fate
            self.fates[fate] += 1
            calls = [(webhook, body) for body in webhook.bodies[: 2 if fate == TWICE else 1]]
            if fate != LOST:
                (self._late if fate == LATE else self._waiting).extend(calls)
            taken += 1
        return taken

    def deliver(self, *, late: bool = False) -> None:
        """Call with what waits, in any order; with `late`, with what is late too. No call may be refused."""
        calls = [*self._waiting, *(self._late if late else ())]
        self._waiting.clear()
        if late:
            self._late.clear()
        self._chance.shuffle(calls)
        for webhook, body in calls:
            content, signature = webhook.sign(body)
            headers = {"Content-Type": "application/json", webhook.header: signature}
            address = f"{self._url}/api/webhooks/{webhook.source}"
            answer = requests.post(address, content, headers=headers, timeout=60)
            assert answer.status_code == 204, answer.text
