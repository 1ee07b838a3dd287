"""Routes of measurements of customers: each user has their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response

from metaia.auth.account import export
from metaia.core.access.actor import Actor, current
from metaia.core.errors import TooMany
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.shops.customers import queries, service
from metaia.shops.customers.queries import Measurements
from metaia.shops.measurements import presenters, schemas

blp = Blueprint(
    "measurements", __name__, url_prefix="/api/measurements", description="Measurements for tailors"
)


@blp.endpoint("GET", "", returns=schemas.ManyMeasurements, limit=READ)
def get_many() -> Response:
    """Your sets of measurements, the oldest first."""
    return answer(measurements=_shown(current()))


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateMeasurements,
    example=schemas.EXAMPLE,
    returns=schemas.OneMeasurements,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(TooMany,),
)
def create(body: Json) -> Response:
    """Keep a set of measurements for later orders."""
    return _one(service.create(Measurements, current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:measurements_id>",
    body=schemas.ChangeMeasurements,
    example={"name": "Asha, winter"},
    returns=schemas.OneMeasurements,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
)
def change(body: Json, measurements_id: str) -> Response:
    """Change a set of measurements. Orders keep their copy."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(Measurements, current(), measurements_id, body, version, presenters.conflict))


@blp.endpoint(
    "DELETE",
    "/<id:measurements_id>",
    returns=schemas.OneMeasurements,
    limit=WRITE,
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    idempotent=True,
)
def delete(measurements_id: str) -> Response:
    """Delete a set of measurements. Orders keep their copy."""
    return _one(
        service.delete(Measurements, current(), measurements_id, etags.expected(None), presenters.conflict)
    )


def _one(found: Measurements, *, status: int = 200) -> Response:
    return answer_versioned(found.version, status=status, measurements=presenters.measurements(found))


def _shown(actor: Actor) -> list[Json]:
    return [presenters.measurements(each) for each in queries.of_user(Measurements, actor.id)]


def _exported(actor: Actor) -> Iterator[list[Json]]:
    yield _shown(actor)


def register(app: Flask, api: Any) -> None:
    """Register measurements of customers with the application."""
    export.EXPORTS.register(app, "measurements", _exported)
    api.register_blueprint(blp)
