"""`Blueprint.endpoint`: the one decorator that declares a route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flask_smorest

from metaia.core.access.permissions import Permission
from metaia.core.errors import Conflict, Problem
from metaia.core.http import idempotency
from metaia.core.http.bodies import Parser
from metaia.core.http.endpoint import USER, Access, Endpoint, State, attach
from metaia.core.http.limit_classes import LimitClass
from metaia.core.json import Json

View = TypeVar("View", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """The routes of a domain. Each requires a valid access token, unless its access is `PUBLIC`."""

    ARGUMENTS_PARSER = Parser()

    def endpoint(
        self,
        method: str,
        path: str,
        *,
        limit: LimitClass,
        returns: Any = None,
        status: int = 200,
        content_type: str | None = None,
        also_returns: tuple[int, Any, str] | None = None,
        query: Any = None,
        body: Any = None,
        form: Any = None,
        content: Json | None = None,
        example: dict[str, Any] | None = None,
        access: Access | Permission = USER,
        allowed_for: tuple[State, ...] = (),
        fails: tuple[type[Problem], ...] = (),
        conflict: Any = None,
        idempotent: bool = False,
        key_required: bool = False,
        websocket: bool = False,
        headers: tuple[Json, ...] = (),
        secret: bool = False,
    ) -> Callable[[View], View]:
        """Declare a view as the route `method path`.

        The view gets the loaded `query`, then `body` or `form`, then the arguments of the path. `also_returns`
        documents a second success: status, schema, description; `conflict` is the schema of a 409 with typed details.
        `headers` documents headers that the view reads. With `idempotent` the route supports
        `Idempotency-Key`. `secret`: see `Endpoint`. `content` documents the schemas of a body, by content type, that
        the view reads itself; such a view calls `idempotency.run` if it is `idempotent`. With `key_required` the route
        is `idempotent` and refuses requests without a key.
        """

        def decorate(view: View) -> View:
            statuses = frozenset(kind.status for kind in fails)
            declared = Endpoint(
                method,
                path,
                limit,
                access,
                allowed_for,
                statuses,
                idempotent or key_required,
                body or form,
                query,
                returns,
                status,
                secret,
                page=content_type == "text/html",
            )
            built: Any = view
            if declared.idempotent and content is None:
                built = idempotency.once(view, required=key_required)
            keys = (idempotency.REQUIRED if key_required else idempotency.PARAMETER,)
            shown = (*headers, *(keys if declared.idempotent else ()))
            built = self._documented(built, declared, shown, content)
            built = self.response(status, returns, **_given(content_type=content_type))(built)
            if conflict is not None:
                built = self.alt_response(Conflict.status, schema=conflict, description="CONFLICT")(built)
            if also_returns is not None:
                other, schema, description = also_returns
                built = self.alt_response(other, schema=schema, description=description)(built)
            for schema, location in ((body, "json"), (form, "form"), (query, "query")):
                if schema is not None:
                    more = _given(example=example) if location == "json" else {}
                    built = self.arguments(_instance(schema), location=location, **more)(built)
            attach(built, declared)
            self.route(path, methods=[method], **_given(websocket=websocket or None))(built)
            result: View = built
            return result

        return decorate

    def _documented(
        self, view: Any, declared: Endpoint, headers: tuple[Json, ...], content: Json | None
    ) -> Any:
        """Document what flask-smorest cannot infer: public access, headers, and bodies that the view reads."""
        extra: dict[str, Any] = {"security": []} if declared.public else {}
        if headers:
            extra["parameters"] = [*headers]
        if content is not None:
            extra["requestBody"] = {"required": True, "content": content}
        return self.doc(**extra)(view) if extra else view


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _instance(schema: Any) -> Any:
    """Return an instance of a schema class, as webargs would create one per request."""
    return schema() if isinstance(schema, type) else schema
