"""The shape of a kind of items: how they are selected, named, exported, and what an action does to one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from metaia.core.access.actor import Actor
from metaia.core.json import Json

Cells = list[object]
Change = tuple[Json | None, Json | None]  # what the action has changed: before and after


@dataclass(frozen=True)
class Instruction:
    """What an admin has ordered for all items: the reason for the audit log, and the parameters of the action."""

    reason: str
    parameters: Json


# Does the action to the item with this id in the running transaction. Raises Problem.
Run = Callable[[Actor, str, Instruction], Change]


@dataclass(frozen=True)
class Kind:
    """Orders or users. `matching` selects the ids of a list, `groups` counts selected ones, `rows` are for exports."""

    matching: Callable[[Actor, dict[str, Any]], Select[Any]]
    groups: Callable[[Select[Any]], dict[str, int]]
    titles: Callable[[Iterable[str]], dict[str, str]]
    header: tuple[str, ...]
    rows: Callable[[Iterable[str]], dict[str, Cells]]
    actions: Mapping[str, Run]
