"""The OpenAPI document: plugins for what flask-smorest cannot infer from the routes."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import flask_smorest
from apispec import APISpec, BasePlugin
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from werkzeug.routing import Rule

from metaia.core.http import etags
from metaia.core.http.fields import camel
from metaia.core.ids import IdConverter, WordConverter
from metaia.core.json import Json
from metaia.core.openapi import error_responses, error_schemas
from metaia.core.openapi.answer_fields import describe
from metaia.core.openapi.error_responses import NAMES, PAGE, ErrorStatuses
from metaia.core.openapi.examples import example
from metaia.core.openapi.introduction import INTRODUCTION, position


class OperationIds(BasePlugin):
    """Sets the `operationId` of each operation from its endpoint: `orders.get_many` becomes `ordersGetMany`."""

    def operation_helper(self, operations: Json, rule: Rule, **_: Any) -> None:  # type: ignore[override]
        for operation in operations.values():
            operation["operationId"] = camel(re.sub(r"[.-]", "_", rule.endpoint))


class IfMatchParameters(BasePlugin):
    """Adds `If-Match` to operations with `expectedVersion` in the body; runs after marshmallow's plugin."""

    def init_spec(self, spec: APISpec) -> None:
        self.components = spec.components

    def operation_helper(self, operations: Json, **_: Any) -> None:  # type: ignore[override]
        for operation in operations.values():
            schema = (
                operation.get("requestBody", {})
                .get("content", {})
                .get("application/json", {})
                .get("schema", {})
            )
            name = schema.get("$ref", "").rpartition("/")[2]
            if etags.FIELD in self.components.schemas.get(name, {}).get("properties", {}):
                operation["parameters"] = [*operation.get("parameters", []), etags.PARAMETER]


class BodyExamples(BasePlugin):
    """Gives each JSON body a valid example, unless the route declares its own with `example=`.

    Without an example Swagger UI shows a body with all fields, which few routes accept.
    """

    def init_spec(self, spec: APISpec) -> None:
        self.spec = spec

    def operation_helper(self, operations: Json, **_: Any) -> None:  # type: ignore[override]
        for operation in operations.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None:
                body.setdefault(
                    "example",
                    example({"components": {"schemas": self.spec.components.schemas}}, body["schema"]),
                )


class Schemas(MarshmallowPlugin):
    """apispec's plugin for marshmallow, in which our fields describe themselves."""

    def init_spec(self, spec: APISpec) -> None:
        """Add the attribute function. It runs last, so it sees what apispec has found."""
        super().init_spec(spec)
        assert self.converter is not None  # noqa: S101
        self.converter.add_attribute_function(describe)  # type: ignore[no-untyped-call] # apispec


class Api(flask_smorest.Api):  # type: ignore[misc]
    """Collects the declarations of all blueprints, and serves them as `/api/openapi.json`."""

    def __init__(self, app: Flask) -> None:
        self.ERROR_SCHEMA = error_schemas.error()
        self._blueprints: list[tuple[Any, Json]] = []
        self._undescribed: list[Any] = []
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        super().__init__(
            app,
            spec_kwargs={
                "marshmallow_plugin": Schemas(),
                "extra_plugins": [OperationIds(), IfMatchParameters(), BodyExamples(), ErrorStatuses(app)],
                "info": {"description": INTRODUCTION},
                "components": {"securitySchemes": {"bearer": bearer}},
                "security": [{"bearer": []}],
            },
        )
        self.register_converter(IdConverter, lambda _: {"type": "string", "format": "uuid"})
        pattern = f"^{WordConverter.regex}$"
        self.register_converter(WordConverter, lambda _: {"type": "string", "pattern": pattern})

    def _register_responses(self) -> None:
        """Add the error responses: a 422 has messages by field, all others any details. Pages have HTML, too."""
        super()._register_responses()
        for status in HTTPStatus:
            schema = error_schemas.invalid() if status == HTTPStatus(422) else error_schemas.error()
            content: Json = {"application/json": {"schema": schema}}
            if status in NAMES:
                response = {"description": status.phrase, "content": content}
                self.spec.components.response(NAMES[status], response, lazy=True)
            content = content | {"text/html": {"schema": {"type": "string"}}}
            response = {"description": f"{status.phrase}, as a page", "content": content}
            self.spec.components.response(error_responses.name(status) + PAGE, response, lazy=True)

    def register_blueprint(self, blp: Any, **options: Any) -> None:
        """Collect a blueprint. `register_collected` adds it, once each domain has registered what schemas may show."""
        self._blueprints.append((blp, options))

    def register_collected(self) -> None:
        """Add the collected blueprints to the application."""
        self._blueprints.sort(key=lambda collected: position(collected[0].name))
        for blp, options in self._blueprints:
            self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
            self._app.register_blueprint(blp, **options)
            self._undescribed.append(blp)
        self._blueprints.clear()

    @property
    def spec(self) -> APISpec:
        """The document. Its first use describes all views, because that takes a fifth of a start of the application.

        Needs the application's context.
        """
        blueprints, self._undescribed = self._undescribed, []
        for blp in blueprints:
            blp.register_views_in_doc(self, self._app, self._spec, name=blp.name, parameters=None)
            self._spec.tag({"name": blp.name, "description": blp.description})
        return self._spec

    @spec.setter
    def spec(self, empty: APISpec) -> None:
        self._spec = empty
