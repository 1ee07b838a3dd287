"""Socket.IO messages of clients: valid by the AsyncAPI document, with ids of existing objects, and junk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from metaia.core.json import Json
from tests.fuzz.cases import kind_of

Any_ = st.SearchStrategy[Any]
MAX_LEVELS, MAX_LETTERS = (
    500,
    3_000,
)  # a message of more than 64 KB would end the connection, which another test covers
SHOWN = 300  # letters of a message in the report of a failure
NAMES = (
    "connect",
    "disconnect",
    "message",
    "*",
    "",
    "sync",
    "error",
)  # with a meaning in Socket.IO or its libraries
_simple = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
_tree = st.recursive(
    _simple, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
_deep = st.integers(1, MAX_LEVELS).map(lambda levels: json.loads("[" * levels + "]" * levels))
_letters = st.characters(codec="ascii", exclude_categories=["Cc"])
_huge = st.builds(lambda letter, count: letter * count, _letters, st.integers(1, MAX_LETTERS))
JUNK = _tree | _deep | _huge


@dataclass(frozen=True)
class Message:
    """An event with its arguments, and whether its sender requests an acknowledgement."""

    name: str
    arguments: list[Any]
    acknowledged: bool

    def _repr_pretty_(self, printer: RepresentationPrinter, _: bool) -> None:
        printer.text(self.packet(0)[:SHOWN])

    def packet(self, number: int) -> str:
        """Return the message as a packet of Socket.IO 5."""
        return f"42{number if self.acknowledged else ''}{json.dumps([self.name, *self.arguments])}"


def inbound(document: Json) -> dict[str, Json]:
    """Return the schemas of the events that clients may send, by the AsyncAPI document."""
    asked = [o for o in document["operations"].values() if o["action"] == "receive"]
    names = [message["$ref"].rpartition("/")[2] for o in asked for message in o["messages"]]
    payloads = {name: document["components"]["messages"][name]["payload"]["$ref"] for name in names}
    return {n: document["components"]["schemas"][ref.rpartition("/")[2]] for n, ref in payloads.items()}


def conversation(schemas: dict[str, Json], objects: dict[str, list[Any]]) -> st.SearchStrategy[list[Message]]:
    """Return a strategy for the messages that one client sends at once."""
    mostly = st.sampled_from([True, True, True, False])
    fitting = [st.builds(Message, st.just(n), _arguments(s, objects), mostly) for n, s in schemas.items()]
    names = st.sampled_from([*schemas, *NAMES]) | st.text()
    junk = st.builds(Message, names, st.lists(JUNK, max_size=4), mostly)
    return st.lists(st.one_of(*fitting, junk), min_size=5, max_size=20)


def _arguments(schema: Json, objects: dict[str, list[Any]]) -> Any_:
    fields = {name: _value(name, part, objects) for name, part in schema["properties"].items()}
    whole = st.fixed_dictionaries(fields)
    names = st.sampled_from([*fields]) | st.text() if fields else st.text()
    broken = st.dictionaries(names, JUNK, max_size=3)
    argument = st.one_of(whole, whole, *fields.values(), broken)
    return argument.map(lambda one: [one]) | st.lists(argument, max_size=3)


def _value(name: str, schema: Json, objects: dict[str, list[Any]]) -> Any_:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    made_up = st.uuids().map(str) if schema.get("format") == "uuid" else st.text()
    known = objects.get(kind_of(name))
    return made_up | st.sampled_from(known) if known else made_up
