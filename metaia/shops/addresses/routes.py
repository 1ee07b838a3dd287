"""Routes of addresses of customers: each user has their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access.actor import Actor, current
from metaia.core.errors import TooMany
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.shops.addresses import presenters, schemas
from metaia.shops.customers import privacy, queries, service
from metaia.shops.customers.queries import Address

blp = Blueprint("addresses", __name__, url_prefix="/api/addresses", description="Addresses for deliveries")


@blp.endpoint("GET", "", returns=schemas.ManyAddresses, limit=READ)
def get_many() -> Response:
    """Your addresses, the oldest first."""
    return answer(addresses=_shown(current()))


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateAddress,
    example=schemas.EXAMPLE,
    returns=schemas.OneAddress,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(TooMany,),
)
def create(body: Json) -> Response:
    """Keep an address for later orders."""
    return _one(service.create(Address, current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:address_id>",
    body=schemas.ChangeAddress,
    example={"label": "Office"},
    returns=schemas.OneAddress,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
)
def change(body: Json, address_id: str) -> Response:
    """Change an address. Orders keep their copy."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(Address, current(), address_id, body, version, presenters.conflict))


@blp.endpoint(
    "DELETE",
    "/<id:address_id>",
    returns=schemas.OneAddress,
    limit=WRITE,
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    idempotent=True,
)
def delete(address_id: str) -> Response:
    """Delete an address. Orders keep their copy."""
    return _one(service.delete(Address, current(), address_id, etags.expected(None), presenters.conflict))


def _one(found: Address, *, status: int = 200) -> Response:
    return answer_versioned(found.version, status=status, address=presenters.address(found))


def _shown(actor: Actor) -> list[Json]:
    return [presenters.address(each) for each in queries.of_user(Address, actor.id)]


def _exported(actor: Actor) -> Iterator[list[Json]]:
    yield _shown(actor)


def register(app: Flask, api: Any) -> None:
    """Register addresses of customers with the application."""
    erasure.ERASERS.register(app, "kept by customers", privacy.erase)
    export.EXPORTS.register(app, "addresses", _exported)
    api.register_blueprint(blp)
