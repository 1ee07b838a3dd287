"""Routes of a state machine's actions: they differ in nothing but their name, body and summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from marshmallow import Schema

from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import USER, WRITE, Access

Json = dict[str, Any]
# (id of the row, action, body, expected version) → answer
Perform = Callable[[str, str, Json, int | None], Response]


def register_actions(
    blueprint: Blueprint,
    method: str,
    path: str,
    actions: Mapping[str, tuple[type[Schema], str]],
    perform: Perform,
    *,
    returns: Any,
    access: Access = USER,
) -> None:
    """Declare `{path}/{action}` for each action with its body's schema and its summary.

    `path` has one argument, the row's id. Each body has `expected_version`; each route honours `Idempotency-Key`.
    """
    for name, (schema, summary) in actions.items():
        blueprint.endpoint(
            method,
            f"{path}/{name}",
            body=schema,
            returns=returns,
            limit=WRITE,
            access=access,
            idempotent=True,
        )(_view(name, summary, perform))


def _view(name: str, summary: str, perform: Perform) -> Callable[..., Response]:
    def view(body: Json, **path: str) -> Response:
        version = etags.expected(body.pop("expected_version"))
        (row_id,) = path.values()
        return perform(row_id, name, body, version)

    view.__name__ = view.__qualname__ = name
    view.__doc__ = summary
    return view
