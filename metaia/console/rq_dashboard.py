"""rq-dashboard under /admin/rq: its templates and its reading views, with our own addresses, changes and policy.

Its own blueprint is not used, for four reasons: it has no login, changes things on GET, unpickles the contents of
Redis, and writes the arguments of jobs into its pages as HTML. See docs/adr/0010-rq-dashboard.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import flask
from flask import Flask, Response, current_app, g, send_from_directory
from redis.exceptions import RedisError
from rq import Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq_dashboard import web

from metaia.console import cookie, session_auth
from metaia.console.live import routes as live_routes
from metaia.console.queues import queries as queue_queries
from metaia.console.queues import service as queue_service
from metaia.console.service import ENTRY_PERMISSION
from metaia.core.errors import NotFound, Unavailable
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.edge.security_headers import PAGE, as_page
from metaia.core.http.endpoint import READ, TEXT, WRITE, Endpoint, LimitClass, attach
from metaia.core.http.views import answer
from metaia.realtime import runtime
from metaia.users import queries as user_queries

FOLDER = Path(web.__file__).parent
POLL_MILLISECONDS = 2500
HTML, JSON, ANY = "text/html", "application/json", "application/octet-stream"
JOBS = (
    f"<word:queue_name>/<any({','.join(queue_queries.STATES)}):registry_name>"
    "/<int(min=1, max=200):per_page>/<any(asc,dsc):order>/<int(min=1, max=1000000):page>"
)
FIRST_PAGE = {"queue_name": None, "registry_name": "queued", "per_page": "8", "order": "asc", "page": "1"}
INSTANCE = "/<int(max=0):instance_number>"  # rq-dashboard supports several Redis servers; we have one
READS: tuple[tuple[str, Callable[..., Any], str, dict[str, Any]], ...] = (
    ("/", web.queues_overview, HTML, {"instance_number": 0}),
    (f"{INSTANCE}/view/queues", web.queues_overview, HTML, {}),
    (f"{INSTANCE}/view/workers", web.workers_overview, HTML, {}),
    (f"{INSTANCE}/view/jobs", web.jobs_overview, HTML, FIRST_PAGE),
    (f"{INSTANCE}/view/jobs/{JOBS}", web.jobs_overview, HTML, {}),
    (f"{INSTANCE}/view/job/<word:job_id>", web.job_view, HTML, {}),
    (f"{INSTANCE}/data/queues.json", web.list_queues, JSON, {}),
    (f"{INSTANCE}/data/workers.json", web.list_workers, JSON, {}),
    (f"{INSTANCE}/data/jobs/{JOBS}.json", web.list_jobs, JSON, {}),
    (f"{INSTANCE}/data/job/<word:job_id>.json", web.job_info, JSON, {}),
)
CHANGES: tuple[tuple[str, str, Callable[..., int]], ...] = (  # with the endpoint names that its templates use
    ("/job/<word:job_id>/delete", "delete_job_view", queue_service.delete),
    ("/job/<word:job_id>/requeue", "requeue_job_view", queue_service.requeue),
    ("/requeue/<word:queue_name>", "requeue_all", queue_service.requeue_all),
    (
        f"/queue/<word:queue_name>/<any({','.join(queue_queries.STATES)}):registry_name>/empty",
        "empty_queue",
        queue_service.empty,
    ),
    ("/queue/<word:queue_name>/compact", "compact_queue", queue_service.compact),
)
# underscore.js compiles its templates with eval, and the templates have style attributes.
POLICY = PAGE.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'").replace(
    "style-src 'self'", "style-src 'self'; style-src-attr 'unsafe-inline'"
)
_ESCAPED_BY_JQUERY = re.compile(r"<%=\s*\$\('<div/>'\)\.text\((.*?)\)\.html\(\)\s*%>")


class JsonJob(Job):
    """A job with JSON arguments, as ours have: the dashboard fetches jobs without naming a serializer."""

    @classmethod
    def fetch(cls, id: str, connection: Any = None, serializer: Any = JSONSerializer) -> Any:  # noqa: A002 - RQ's name
        """Return a job."""
        return super().fetch(id, connection, serializer or JSONSerializer)


class JsonWorker(Worker):
    """A worker whose jobs are JsonJobs."""

    @classmethod
    def all(cls, *args: Any, **kwargs: Any) -> Any:
        """Return all workers."""
        return super().all(*args, **kwargs | {"job_class": JsonJob, "serializer": JSONSerializer})


def register(app: Flask, pages: Blueprint) -> None:
    """Add the dashboard to the application. `pages` must be registered before it, so that our templates come first."""
    web.Job, web.Worker, web.config.serializer = JsonJob, JsonWorker, JSONSerializer
    app.redis_conn = runtime.of(app).dispatcher.redis  # type: ignore[attr-defined]  # rq-dashboard reads it
    app.config["RQ_DASHBOARD_REDIS_URL"] = [
        "Redis"
    ]  # it is displayed, and the real address may hold a password
    blp = flask.Blueprint(
        "rq_dashboard", __name__, url_prefix="/admin/rq", template_folder=str(FOLDER / "templates")
    )
    session_auth.protect(blp)
    blp.context_processor(_context)

    def decorated(view: Callable[..., Any], name: str, content_type: str, limit: LimitClass) -> Any:
        described: Any = pages.response(200, TEXT, content_type=content_type)(_guarded(view, name))
        method = "POST" if limit is WRITE else "GET"
        return attach(described, Endpoint(method, "", limit, ENTRY_PERMISSION, returns=TEXT))

    views = {view: decorated(view, view.__name__, kind, READ) for _, view, kind, _ in READS}
    for rule, view, _, defaults in READS:
        blp.add_url_rule(rule, view.__name__, views[view], defaults=defaults)
    for rule, name, change in CHANGES:
        blp.add_url_rule(rule, name, decorated(_counted(change), name, JSON, WRITE), methods=["POST"])
    blp.add_url_rule("/static/<path:filename>", "static", decorated(_static, "static", ANY, READ))
    app.register_blueprint(blp)


def _guarded(view: Callable[..., Any], name: str) -> Callable[..., Response]:
    """Return a view of the dashboard under a name, with our permission and our errors."""

    @wraps(view)
    def guarded(**arguments: Any) -> Response:
        try:
            return _made_safe(current_app.make_response(view(**arguments)))
        except NoSuchJobError:
            raise NotFound("There is no such job.") from None
        except RedisError:
            raise Unavailable("Redis does not answer.", retry_after=1) from None

    guarded.__name__ = name
    return guarded


def _counted(change: Callable[..., int]) -> Callable[..., Response]:
    """Return a view that answers with the number of jobs that `change` returns."""

    @wraps(change)
    def counted(**arguments: Any) -> Response:
        return answer(count=change(**arguments))

    return counted


def _static(filename: str) -> Response:
    """Return a static file of the dashboard."""
    return send_from_directory(FOLDER / "static", filename)


def _made_safe(response: Response) -> Response:
    """Escape all values in the client-side templates of a page (`<%-` instead of `<%=`), and set its policy."""
    if response.mimetype == HTML:
        page = _ESCAPED_BY_JQUERY.sub(r"<%- \1 %>", response.get_data(as_text=True))
        response.set_data(page.replace("<%=", "<%-"))
        as_page(response, POLICY)
    return response


def _context() -> dict[str, Any]:
    session, actor = cookie.staff(), g.actor
    return {
        "poll_interval": POLL_MILLISECONDS,
        "csrf": cookie.csrf_token(actor.session_id),
        "person": user_queries.by_id(actor.id),
        "slot": session.slot if session else 1,
        "tokens": f"/console/assets/{live_routes.ASSETS.version}/tokens.css",
    }
