"""Routes of the actions of a state machine. They differ only in name, body and summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from marshmallow import Schema

from metaia.core.access.permissions import Permission
from metaia.core.errors import Problem
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import USER, WRITE, Access, LimitClass
from metaia.core.json import Json

# (ids in the path, action, body, expected versions) → answer
Perform = Callable[..., Response]


def register_actions(
    blueprint: Blueprint,
    method: str,
    path: str,
    actions: Mapping[str, tuple[type[Schema], str]],
    perform: Perform,
    *,
    returns: Any,
    access: Access | Permission = USER,
    conflict: Any = None,
    fails: tuple[type[Problem], ...] = (),
    limit: LimitClass = WRITE,
) -> None:
    """Declare a route `{path}/{action}` for each action; `actions` has the body's schema and the summary of each.

    The arguments of `path` name the row. Each body has `expected_version`; each route supports `Idempotency-Key`.
    """
    for name, (schema, summary) in actions.items():
        blueprint.endpoint(
            method,
            f"{path}/{name}",
            body=schema,
            returns=returns,
            limit=limit,
            access=access,
            idempotent=True,
            conflict=conflict,
            fails=fails,
        )(_view(name, summary, perform))


def _view(name: str, summary: str, perform: Perform) -> Callable[..., Response]:
    def view(body: Json, **path: str) -> Response:
        version = etags.expected(body.pop("expected_version"))
        return perform(*path.values(), name, body, version)

    view.__name__ = view.__qualname__ = name
    view.__doc__ = summary
    return view
