"""What other domains add to the directory: conditions of their own tables, and the search in their texts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select

from metaia.core.access.actor import Actor
from metaia.core.registry import Registry


@dataclass(frozen=True)
class Search:
    """A search in texts that belong to partners, such as those of products.

    `partner_ids(tsquery)` selects the ids of the partners in one column: partners may occur several times. `matches`
    returns the ids of what was found by the ids of the partners, at most 3 each, and gets the terms of the query.
    """

    partner_ids: Callable[[str], Select[Any]]
    matches: Callable[[Collection[str], str], Mapping[str, list[str]]]


# By the name of a filter of the directory: `condition(column of partner ids, caller)`.
CONDITIONS: Registry[str, Callable[[Any, Actor | None], ColumnElement[bool]]] = Registry(
    "directory_conditions"
)
SEARCHES: Registry[str, Search] = Registry("directory_searches")
# By domain: `following(user_id, partner_ids)` returns those of the partners that a user follows.
FOLLOWING: Registry[str, Callable[[str, Collection[str]], Collection[str]]] = Registry("directory_following")
