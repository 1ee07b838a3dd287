"""Every event that clients may send, and many invalid ones: each is acknowledged, and the connection stays open."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import requests

from metaia.core.access.permissions import ROLES
from metaia.core.errors import CODES, Problem
from metaia.realtime.clients import limits
from tests.fuzz.callers import Callers
from tests.fuzz.messages import SHOWN, Message, conversation, inbound
from tests.fuzz.test_requests import settings
from tests.support.raw_socket import Raw

pytestmark = pytest.mark.fuzz
CONVERSATIONS = 120  # per role
MIN_COUNT = 5_000


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable the rate limit of messages, which other tests cover."""
    monkeypatch.setattr(limits, "BURST", 1e6)


def test_every_message_is_acknowledged_and_its_sender_stays(
    callers: Callers, seed: int, server_errors: Callable[[], list[str]], subtests: pytest.Subtests
) -> None:
    schemas = inbound(requests.get(f"{callers.world.url}/api/asyncapi.json", timeout=5).json())
    callers.refresh()
    outcomes: Counter[str] = Counter()
    for role in sorted(ROLES):
        with subtests.test(role), Raw(callers.world.url) as client:
            client.login(callers.person(role))

            @hypothesis.seed(seed)
            @hypothesis.settings(settings, max_examples=CONVERSATIONS)
            @hypothesis.given(messages=conversation(schemas, callers.objects))
            def talk(messages: list[Message]) -> None:
                client.send_text(*(message.packet(number) for number, message in enumerate(messages)))
                wanted = [number for number, message in enumerate(messages) if message.acknowledged]
                for number in wanted:
                    answer = client.until("43")
                    hypothesis.note(f"{messages[number].packet(number)[:SHOWN]} → {answer}")
                    outcomes.update([acknowledgement(answer, number)])
                outcomes.update(["not asked for"] * (len(messages) - len(wanted)))

            talk()
            client.send_text('4299["are_you_there"]')
            assert acknowledgement(client.until("43"), 99) == "unknown_event"
            assert server_errors() == []
    assert outcomes.total() >= MIN_COUNT, outcomes
    assert outcomes["ok"] >= MIN_COUNT / 20, outcomes


def acknowledgement(packet: str, number: int) -> str:
    """Return "ok" or the code of an error; fail unless the packet is a valid acknowledgement of message `number`."""
    arguments: list[Any] = json.loads(packet.removeprefix(f"43{number}"))
    (answer,) = arguments
    if answer["ok"]:
        assert answer.keys() == {"ok", "data"}
        assert isinstance(answer["data"], dict)
        return "ok"
    assert answer.keys() == {"ok", "error"}
    assert answer["error"].keys() == {"code", "message", "details"}
    assert answer["error"]["code"] in CODES.keys() - {Problem.code}, packet
    return str(answer["error"]["code"])
