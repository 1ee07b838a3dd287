"""Error handling: every exception becomes an answer of one shape, with the request id."""

from __future__ import annotations

import re
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_limiter.errors import RateLimitExceeded
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing.exceptions import WebsocketMismatch

from metaia.core import db, json
from metaia.core.db import refusals
from metaia.core.errors import BY_STATUS, Problem, TooMany, Unavailable, UpgradeRequired, declare
from metaia.core.http import browser, rate_limits
from metaia.core.ids import new_id

log = structlog.get_logger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
declare(
    {
        "method_not_allowed": "This path does not support that method; `Allow` lists the supported methods.",
        "http_error": "The request failed; see its HTTP status.",
    }
)


def request_id() -> str:
    """Return the id of this request: the client's `X-Request-ID` if it is well-formed, else a new id."""
    if not hasattr(g, "request_id"):
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else new_id()
    return str(g.request_id)


def respond(problem: Problem) -> Response:
    """Return `problem` as an answer."""
    if browser.shows_error_pages():
        response = browser.error_page(problem, request_id())
    else:
        body = {"status": "error", "error": problem.as_dict(), "requestId": request_id()}
        response = Response(json.dumps(body), problem.status, mimetype="application/json")
    if problem.retry_after is not None:
        g.retry_after = problem.retry_after
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def as_problem(error: BaseException) -> Problem:
    """Return the problem to send for `error`. Unexpected errors are logged with their stack, and not disclosed."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RateLimitExceeded):
        return TooMany(retry_after=rate_limits.seconds_left())
    if isinstance(error, WebsocketMismatch) and not request.headers.get("Upgrade"):
        return UpgradeRequired()
    if isinstance(error, HTTPException):
        return _from_werkzeug(error)
    if (refusal := refusals.problem_of(error)) is not None:
        return refusal
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        log.error("database unavailable", error=db.describe(error))
        return Unavailable(retry_after=1)
    log.error("unexpected error", exc_info=error)
    return Problem()


def _from_werkzeug(error: HTTPException) -> Problem:
    status = error.code or 500
    if status == 405:
        problem = Problem("This path does not support that method.", code="method_not_allowed")
    else:
        kind = BY_STATUS.get(status)
        problem = kind() if kind else Problem(error.description, code="http_error")
    problem.status = status
    return problem


def init_app(app: Flask) -> None:
    """Register the error handler for all exceptions."""

    def handle(error: Any) -> Any:
        if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
            return error  # a redirect
        if isinstance(error, (NotFound, WebsocketMismatch)) and (page := browser.page_instead()) is not None:
            return page
        response = respond(as_problem(error))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    app.register_error_handler(Exception, handle)
    app.register_error_handler(HTTPException, handle)
