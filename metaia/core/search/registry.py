"""Search across domains: each type of object has a provider, which applies the policy of its own domain.

A domain registers its provider with `register`. What a text identifies is looked up by an index first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask

from metaia.core.access.actor import Actor
from metaia.core.registry import Registry

ID, NUMBER, PHONE, EMAIL, CODE = "id", "number", "phone", "email", "code"
KINDS = (ID, NUMBER, PHONE, EMAIL, CODE)
WORDS = "words"  # what has matched if nothing was identified


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found. `href` is its address in the API."""

    id: str
    title: str
    subtitle: str
    href: str


Found = tuple[list[Hit], bool]  # hits, and whether there are more
Find = Callable[[Actor, str, int], Found]  # of an actor, by words, at most so many
LookUp = Callable[[Actor, str], list[Hit]]  # of an actor, by an identifier in its canonical form


@dataclass(frozen=True)
class Provider:
    """The search for one type of objects.

    `may` returns whether an actor may search this type at all; `find` and `look_ups` return what the actor may see,
    each by an index. `personal`: the objects or their words are messages or contact data, so searches of staff are
    audited.
    """

    type: str
    find: Find
    may: Callable[[Actor], bool]
    look_ups: Mapping[str, LookUp] = field(default_factory=dict)
    personal: bool = False


PROVIDERS: Registry[str, Provider] = Registry("search_providers")


def register(
    app: Flask,
    type: str,  # noqa: A002
    find: Find,
    may: Callable[[Actor], bool] = lambda _: True,
    *,
    look_ups: Mapping[str, LookUp] | None = None,
    personal: bool = False,
) -> None:
    """Add the provider of a type. Raises ValueError for a type that has one."""
    PROVIDERS.register(app, type, Provider(type, find, may, look_ups or {}, personal))
