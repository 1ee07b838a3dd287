"""Bad input at each entrance of messages: REST, batch and sockets answer an error of the client, never a 500."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from metaia.core.ids import new_id
from tests.support import chats as chat

TEXTS = {
    "64 KiB": "x" * 65_536,
    "4,001 characters": "x" * 4_001,
    "NUL": "a\x00b",
    "a control character": "a\x1bb",
    "an override of direction": "a\u202eb",
    "nothing": "",
    "blanks": " \n ",
    "invisible": "\u200b\u200d\u2800",
    "a number": 5,
    "a list": ["a"],
}
FIELDS: dict[str, dict[str, Any]] = {
    "no text": {"text": None},
    "11 attachments": {"attachments": [{"mediaId": new_id()} for _ in range(11)]},
    "somebody else's file": {"attachments": [{"mediaId": new_id()}]},
    "an attachment without a file": {"attachments": [{}]},
    "21 mentions": {"mentions": [new_id() for _ in range(21)]},
    "a mention that is no id": {"mentions": ["me"]},
    "a quote from nowhere": {"replyTo": new_id()},
    "a quote that is no id": {"replyTo": "1"},
    "no client id": {"clientMessageId": None},
    "an empty client id": {"clientMessageId": ""},
    "a long client id": {"clientMessageId": "x" * 101},
    "a client id with NUL": {"clientMessageId": "a\x00b"},
    "a time without a zone": {"clientSentAt": "2026-11-01T10:00:00"},
    "a time long ago": {"clientSentAt": "0001-01-01T00:00:00Z"},
    "an unknown field": {"seq": 5},
}
BODIES: dict[str, dict[str, Any]] = {**{name: {"text": text} for name, text in TEXTS.items()}, **FIELDS}
NOT_JSON = (
    b'{"text": "\\ud800"}',
    b'{"text": NaN}',
    b'{"text": 1e400}',
    b"[",
    b'{"text": "a", "text": "b"}',
    b"\xff",
)


@pytest.fixture
def pair(world):
    return world.person(), world.person("tailor")


def bodies():
    return {name: {**chat.body(), **given} for name, given in BODIES.items()}


def is_refused(answer):
    return 400 <= answer.status_code < 500


def test_bad_messages_are_refused_everywhere(pair):
    sender, other = pair
    talk = chat.conversation(*pair)
    path, socket = f"/api/chat/conversations/{talk}/messages", sender.socket()
    for name, given in bodies().items():
        assert is_refused(sender.post(path, given)), name
        batch = {"messages": [chat.body(), given]}
        assert is_refused(sender.post(f"{path}/batch", batch)), f"batch: {name}"
        if name != "64 KiB":  # the transport closes the connection
            answer = socket.ask("chat:send", given | {"conversationId": talk})
            assert not answer["ok"], f"socket: {name}"
            assert answer["error"]["code"] not in {"internal_error", "unavailable"}, f"socket: {name}"
    for raw in NOT_JSON:
        for target in (path, f"{path}/batch"):
            answer = sender.call("POST", target, data=raw, headers={"Content-Type": "application/json"})
            assert is_refused(answer), raw
    for messages in ([], [chat.body()] * 2, [chat.body() for _ in range(51)], "text"):
        assert is_refused(sender.post(f"{path}/batch", {"messages": messages}))
    assert chat.history(other, talk)["messages"] == [], "nothing was sent"


def test_bad_changes_are_refused_everywhere(pair):
    sender, _ = pair
    talk = chat.conversation(*pair)
    sent, socket = chat.send(sender, talk), sender.socket()
    path = f"/api/chat/messages/{sent['id']}"
    for name, text in TEXTS.items():
        assert is_refused(sender.patch(path, {"text": text})), name
        if name != "64 KiB":
            assert not socket.ask("chat:edit", {"messageId": sent["id"], "text": text})["ok"], name
    for version in (0, -1, 2**63, "x"):
        assert is_refused(sender.patch(path, {"text": "b", "expectedVersion": version})), version
    for emoji in ("x" * 41, "👍" * 40, "a\x00", "", 5, None):
        answer = socket.ask("chat:react", {"messageId": sent["id"], "emoji": emoji})
        assert not answer["ok"], emoji
        assert answer["error"]["code"] != "internal_error", emoji
    for message_id in (str(uuid.uuid4()), "1", None, 2**63):
        for name in ("chat:edit", "chat:delete", "chat:react"):
            answer = socket.ask(name, {"messageId": message_id})
            assert answer["error"]["code"] in {"invalid", "not_found"}, (name, message_id)
    for query in ("since=-1", "since=9007199254740993", "since=x", "since=NaN", "", "since=0&limit=101"):
        assert is_refused(sender.get(f"/api/chat/conversations/{talk}/changes?{query}")), query
    assert chat.history(sender, talk)["meta"]["version"] == 2, "nothing was changed"
