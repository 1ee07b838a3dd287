"""What clients say over Socket.IO: what the AsyncAPI document allows, about things that exist, and junk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from metaia.core.json import Json
from tests.fuzz.cases import kind_of

Any_ = st.SearchStrategy[Any]
DEEPEST, LONGEST = 500, 3_000  # levels, letters; a message beyond 64 KB ends the connection, which has a test
SHOWN = 300  # letters of a message, where a test fails
NAMES = ("connect", "disconnect", "message", "*", "", "sync", "error")  # which mean something to somebody
_simple = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
_tree = st.recursive(
    _simple, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
_deep = st.integers(1, DEEPEST).map(lambda levels: json.loads("[" * levels + "]" * levels))
_letters = st.characters(codec="ascii", exclude_categories=["Cc"])
_huge = st.builds(lambda letter, count: letter * count, _letters, st.integers(1, LONGEST))
JUNK = _tree | _deep | _huge


@dataclass(frozen=True)
class Message:
    """An event with its arguments, and whether its sender wants to hear of it."""

    name: str
    arguments: list[Any]
    acknowledged: bool

    def _repr_pretty_(self, printer: RepresentationPrinter, _: bool) -> None:
        printer.text(self.packet(0)[:SHOWN])

    def packet(self, number: int) -> str:
        """Return it as a packet of Socket.IO 5."""
        return f"42{number if self.acknowledged else ''}{json.dumps([self.name, *self.arguments])}"


def inbound(document: Json) -> dict[str, Json]:
    """Return the schema of each event that an AsyncAPI document says clients may send."""
    asked = [o for o in document["operations"].values() if o["action"] == "receive"]
    names = [message["$ref"].rpartition("/")[2] for o in asked for message in o["messages"]]
    payloads = {name: document["components"]["messages"][name]["payload"]["$ref"] for name in names}
    return {n: document["components"]["schemas"][ref.rpartition("/")[2]] for n, ref in payloads.items()}


def conversation(schemas: dict[str, Json], things: dict[str, list[Any]]) -> st.SearchStrategy[list[Message]]:
    """Return what one client may say in one go."""
    mostly = st.sampled_from([True, True, True, False])
    fitting = [st.builds(Message, st.just(n), _arguments(s, things), mostly) for n, s in schemas.items()]
    names = st.sampled_from([*schemas, *NAMES]) | st.text()
    junk = st.builds(Message, names, st.lists(JUNK, max_size=4), mostly)
    return st.lists(st.one_of(*fitting, junk), min_size=5, max_size=20)


def _arguments(schema: Json, things: dict[str, list[Any]]) -> Any_:
    fields = {name: _value(name, part, things) for name, part in schema["properties"].items()}
    whole = st.fixed_dictionaries(fields)
    broken = st.dictionaries(st.sampled_from([*fields]) | st.text(), JUNK, max_size=3)
    argument = st.one_of(whole, whole, *fields.values(), broken)
    return argument.map(lambda one: [one]) | st.lists(argument, max_size=3)


def _value(name: str, schema: Json, things: dict[str, list[Any]]) -> Any_:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    made_up = st.uuids().map(str) if schema.get("format") == "uuid" else st.text()
    known = things.get(kind_of(name))
    return made_up | st.sampled_from(known) if known else made_up
