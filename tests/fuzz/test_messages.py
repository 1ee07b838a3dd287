"""Every event that clients may send, and many that they may not: each is acknowledged, and the connection stays."""

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
from tests.fuzz.crowd import Crowd
from tests.fuzz.messages import SHOWN, Message, conversation, inbound
from tests.fuzz.test_requests import chosen
from tests.support.raw_socket import Raw

pytestmark = pytest.mark.fuzz
EACH = 120  # conversations for each role
WANTED = 5_000


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients say as much as they like; that they may not has tests of its own."""
    monkeypatch.setattr(limits, "BURST", 1e6)


def test_every_message_is_acknowledged_and_its_sender_stays(
    crowd: Crowd, seed: int, complaints: Callable[[], list[str]], subtests: pytest.Subtests
) -> None:
    schemas = inbound(requests.get(f"{crowd.world.url}/api/asyncapi.json", timeout=5).json())
    crowd.gather()
    told: Counter[str] = Counter()
    for role in sorted(ROLES):
        with subtests.test(role), Raw(crowd.world.url) as client:
            client.login(crowd.person(role))

            @hypothesis.seed(seed)
            @hypothesis.settings(chosen, max_examples=EACH)
            @hypothesis.given(messages=conversation(schemas, crowd.things))
            def talk(messages: list[Message]) -> None:
                client.send_text(*(message.packet(number) for number, message in enumerate(messages)))
                wanted = [number for number, message in enumerate(messages) if message.acknowledged]
                for number in wanted:
                    answer = client.until("43")
                    hypothesis.note(f"{messages[number].packet(number)[:SHOWN]} → {answer}")
                    told.update([acknowledgement(answer, number)])
                told.update(["not asked for"] * (len(messages) - len(wanted)))

            talk()
            client.send_text('4299["are_you_there"]')
            assert acknowledgement(client.until("43"), 99) == "unknown_event"
            assert complaints() == []
    assert told.total() >= WANTED, told
    assert told["ok"] >= WANTED / 20, told


def acknowledgement(packet: str, number: int) -> str:
    """Return "ok" or the code of an error; fail unless the packet answers message `number` as it should."""
    told: list[Any] = json.loads(packet.removeprefix(f"43{number}"))
    (answer,) = told
    if answer["ok"]:
        assert answer.keys() == {"ok", "data"}
        assert isinstance(answer["data"], dict)
        return "ok"
    assert answer.keys() == {"ok", "error"}
    assert answer["error"].keys() == {"code", "message", "details"}
    assert answer["error"]["code"] in CODES.keys() - {Problem.code}, packet
    return str(answer["error"]["code"])
