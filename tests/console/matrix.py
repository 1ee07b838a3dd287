"""The queues over REST, and pages for all roles of staff, authenticated by a cookie that no other role gets."""

from __future__ import annotations

from tests.security.matrix_table import (
    ABSENT,
    ACTORS,
    FORBIDDEN,
    NO_COOKIE,
    OK,
    STAFF,
    Row,
    only,
    page,
    row,
    table,
)

RQ = "/admin/rq/{instance_number}"
JOBS = "{queue_name}/{registry_name}/{per_page}/{order}/{page}"

MOVED = "308"
WITHOUT_SLOT = ("anonymous", "mfa_pending")  # the login of the latter is refused


def by_slot(name: str, others: str) -> Row:
    """Return the row of an action by a slot's session: `others` is the outcome of users that are no staff."""
    outcomes = {actor: OK if actor in STAFF else others for actor in ACTORS}
    outcomes |= dict.fromkeys(WITHOUT_SLOT, NO_COOKIE)
    return Row(name, {(actor, ""): got for actor, got in outcomes.items()}, by_cookie=True)


ROUTES = table(
    row("GET /api/admin/queues", only(*STAFF)),
    row("GET /api/admin/queues/{queue_name}/jobs", only(*STAFF, get=ABSENT)),
    row("POST /api/admin/queues/{queue_name}/retry", only(*STAFF, get=ABSENT)),
    row("GET /api/admin/jobs/{job_id}", only(*STAFF, get=ABSENT)),
    row("POST /api/admin/jobs/{job_id}/retry", only(*STAFF, get=ABSENT)),
    row("DELETE /api/admin/jobs/{job_id}", only(*STAFF, get=ABSENT)),
    page("GET /admin/assets/{version}/{filename}", actors=ACTORS),
    # earlier pages, which redirect to the console
    page("GET /admin/start", MOVED, actors=ACTORS),
    page("GET /admin/login", MOVED, actors=ACTORS),
    page("GET /admin/notifications", MOVED, actors=ACTORS),
    page(
        "GET /admin/notifications/{notification_id}",
        own=MOVED,
        foreign=MOVED,
        absent=MOVED,
        actors=ACTORS,
    ),
    page("GET /admin/notifications/preview", MOVED, actors=ACTORS),
    # the console: its sessions have cookies of their own
    page("GET /console/", actors=ACTORS),
    page("GET /console/{address}", actors=ACTORS),
    page("GET /console/config.json", actors=ACTORS),
    page("GET /console/assets/{version}/{asset}", ABSENT, actors=ACTORS),
    page("GET /track/{order_id}", actors=ACTORS, own=OK, foreign=OK, absent=OK),
    page("POST /console/sessions/{slot}", "401 wrong_credentials", actors=ACTORS),
    page("GET /console/sessions/{slot}", actors=ACTORS),
    by_slot("POST /console/sessions/{slot}/token", OK),
    by_slot("POST /console/sessions/{slot}/dashboard", FORBIDDEN),
    by_slot("GET /console/sessions/{slot}/mails/{name}/{locale}", FORBIDDEN),
    page("DELETE /console/sessions/{slot}", actors=ACTORS, fresh_users=True),
    # queues
    page("GET /admin/rq/"),
    page("GET /admin/rq/static/{filename}", ABSENT),  # no file of that name
    page(f"GET {RQ}/view/queues", MOVED, actors=ACTORS),  # to /admin/rq/
    page(f"GET {RQ}/view/workers"),
    page(f"GET {RQ}/view/jobs"),
    page(f"GET {RQ}/view/jobs/{JOBS}"),
    page(f"GET {RQ}/view/job/{{job_id}}", ABSENT),
    page(f"GET {RQ}/data/queues.json"),
    page(f"GET {RQ}/data/workers.json"),
    page(f"GET {RQ}/data/jobs/{JOBS}.json"),
    page(f"GET {RQ}/data/job/{{job_id}}.json", ABSENT),
    page("POST /admin/rq/job/{job_id}/delete", ABSENT),
    page("POST /admin/rq/job/{job_id}/requeue", ABSENT),
    page("POST /admin/rq/requeue/{queue_name}"),
    page("POST /admin/rq/queue/{queue_name}/{registry_name}/empty"),
    page("POST /admin/rq/queue/{queue_name}/compact"),
)
