"""The schemas of error answers: one for all, and one for each kind of `details` that a client can rely on."""

from __future__ import annotations

from functools import cache
from typing import Any

from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields, validate

from metaia.core.errors import CODES
from metaia.core.http.fields import Schema
from metaia.core.openapi.answer_fields import ConflictDetails, OpenObject

DETAILS = "what went wrong, by `code`; often empty"


@cache
def problem() -> type[MarshmallowSchema]:
    """Return the schema of `error`, on REST and in acknowledgements. Call it when all codes are declared."""
    return _problem("Problem", OpenObject("ProblemDetails", DETAILS, required=True))


@cache
def error() -> type[MarshmallowSchema]:
    """Return the schema of error answers."""
    return _answer("Error", problem())


@cache
def invalid() -> type[MarshmallowSchema]:
    """Return the schema of a 422, which has messages by the path of a field: `items.0.price`."""
    messages = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    return _answer("InvalidError", _problem("InvalidProblem", messages))


@cache
def conflict(details: type[MarshmallowSchema], *others: type[MarshmallowSchema]) -> type[MarshmallowSchema]:
    """Return the schema of a 409 with these `details`, which names it, or with those of one of `others`."""
    name = details.__name__
    return _answer(
        f"{name}Error", _problem(f"{name}Problem", ConflictDetails((details, *others), required=True))
    )


def _problem(name: str, details: fields.Field[Any]) -> type[MarshmallowSchema]:
    meanings = "\n".join(f"- `{code}`: {meaning}" for code, meaning in sorted(CODES.items()))
    parts: dict[str, fields.Field[Any]] = {
        "code": fields.String(
            required=True, validate=validate.OneOf(sorted(CODES)), metadata={"description": meanings}
        ),
        "message": fields.String(required=True),
        "details": details,
    }
    return Schema.from_dict(parts, name=name)


def _answer(name: str, problem_schema: type[MarshmallowSchema]) -> type[MarshmallowSchema]:
    parts: dict[str, fields.Field[Any]] = {
        "status": fields.String(required=True, validate=validate.OneOf(["error"])),
        "error": fields.Nested(problem_schema, required=True),
        "request_id": fields.String(required=True),
    }
    return Schema.from_dict(parts, name=name)
