"""Every route and event, for every actor, with own, foreign and absent objects: the outcome is that of matrix.py.

Requests are valid, and orders have a status that allows the action; tests/orders/test_acting.py has all statuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from metaia.core.access.permissions import ROLES
from metaia.core.http import request_hooks
from metaia.realtime.inbound import INBOUND
from tests.security import matrix, matrix_requests, matrix_table
from tests.security.matrix_people import OBJECTS, MatrixWorld
from tests.support import contract
from tests.support.people import World
from tests.support.server import Server

PARAMETER, NAME = re.compile(r"<(?:[^<>]*:)?(\w+)>"), r"{\1}"
# Public routes that authenticate by themselves: a ticket, a token in the address or in a header of its own.
REDIRECTING = "GET /admin/rq/{instance_number}/view/queues"  # to the dashboard's start, before authentication
BY_TOKEN_ELSEWHERE = {
    "GET /api/events",
    "GET /ws",
    "GET /admin",
    "GET /metrics",
    "POST /console/sessions/{slot}/token",
    "POST /console/sessions/{slot}/dashboard",
    "GET /console/sessions/{slot}/mails/{name}/{locale}",
}
NO_EVENTS = {matrix_requests.CONNECT, "what_nobody_declared"}


@pytest.fixture(scope="module")
def matrix_world(app: Flask, server: Server) -> Iterator[MatrixWorld]:
    with World(server.url) as http:
        yield MatrixWorld(app, http)
        http.dismiss_staff()


def test_every_role_is_an_actor():
    assert set(matrix_table.ROLES) == ROLES


def test_every_route_has_a_row_and_every_row_a_route(app: Flask):
    routes = {
        f"{method} {PARAMETER.sub(NAME, rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    _agree(routes, matrix.ROUTES)


def test_a_route_is_public_if_its_row_says_so(app: Flask):
    """So the rows of the matrix are the reviewed list of public routes."""
    declared = {
        f"{method} {PARAMETER.sub(NAME, rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if request_hooks.is_public(app, rule.endpoint)
    }
    refusals = {matrix_table.NO_TOKEN, matrix_table.NO_COOKIE, matrix_table.REDIRECTED}
    open_to_all = {
        name
        for name, row in matrix.ROUTES.items()
        if refusals.isdisjoint(outcome for (actor, _), outcome in row.cells.items() if actor == "anonymous")
    }
    assert declared - open_to_all - BY_TOKEN_ELSEWHERE == set()
    assert open_to_all - declared == {REDIRECTING}


def test_every_event_has_a_row_and_every_row_an_event(app: Flask):
    _agree(INBOUND.of(app).keys() | NO_EVENTS, matrix.EVENTS)


def test_every_body_that_names_things_by_id_is_asked_for_others_things_too(matrix_world: MatrixWorld):
    """Bodies with lists of ids refer to objects with an owner, so each needs a row per kind of object."""
    document = contract.of(matrix_world.http.url).document
    bulk = {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters" and _names_things(document, operation)
    }
    assert bulk == matrix_requests.BULK.keys() | matrix_requests.BY_STAFF | matrix_requests.OWN_THINGS


def _names_things(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Return whether an operation's body has a list of ids."""
    content = operation.get("requestBody", {}).get("content", {})
    named = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    fields = document["components"]["schemas"].get(named, {}).get("properties", {}).values()
    return any(field.get("items", {}).get("format") == "uuid" for field in fields)


@pytest.mark.parametrize("row", [*matrix.ROUTES.values(), *matrix.EVENTS.values()], ids=lambda row: row.name)
def test_every_cell_is_declared(app: Flask, row: matrix_table.Row):
    known = [
        OBJECTS[name]
        for name in matrix_requests.parameters(app, row.name)
        if name not in matrix_requests.CONSTANTS
    ]
    kinds = {kind for things in known for kind in things} or {""}
    assert row.cells.keys() == {(actor, kind) for actor in matrix_table.ACTORS for kind in kinds}


@pytest.mark.parametrize("row", matrix.ROUTES.values(), ids=matrix.ROUTES)
def test_everybody_gets_from_every_route_what_the_matrix_says(
    matrix_world: MatrixWorld, row: matrix_table.Row
):
    _compare(row.cells, {cell: matrix_requests.call_route(matrix_world, row, *cell) for cell in row.cells})


@pytest.mark.parametrize("row", matrix.EVENTS.values(), ids=matrix.EVENTS)
def test_everybody_gets_for_every_event_what_the_matrix_says(
    matrix_world: MatrixWorld, row: matrix_table.Row
):
    codes = {cell: outcome.partition(" ")[2] or matrix_table.OK for cell, outcome in row.cells.items()}
    _compare(codes, {cell: matrix_requests.send_event(matrix_world, row, *cell) for cell in row.cells})


def _agree(there: set[str], rows: dict[str, matrix_table.Row]) -> None:
    """Compare names; list all differences, as pytest would truncate them."""
    wrong = [f"{name}: no row" for name in sorted(there - rows.keys())]
    wrong += [f"{name}: there is none" for name in sorted(rows.keys() - there)]
    assert not wrong, "\n".join(wrong)


def _compare(expected: matrix_table.Cells, got: matrix_table.Cells) -> None:
    wrong = [
        f"{actor}, {kind or 'no object'}: {got[actor, kind]}, not {outcome}"
        for (actor, kind), outcome in expected.items()
        if got[actor, kind] != outcome
    ]
    assert not wrong, "\n".join(wrong)
