"""The queues over REST, and pages for all roles of staff, authenticated by a cookie that no other role gets."""

from __future__ import annotations

from tests.security.matrix_table import ABSENT, ACTORS, OK, STAFF, only, page, row, table

RQ = "/admin/rq/{instance_number}"
JOBS = "{queue_name}/{registry_name}/{per_page}/{order}/{page}"

ROUTES = table(
    row("GET /api/admin/queues", only(*STAFF)),
    row("GET /api/admin/queues/{queue_name}/jobs", only(*STAFF, get=ABSENT)),
    row("POST /api/admin/queues/{queue_name}/retry", only(*STAFF, get=ABSENT)),
    row("GET /api/admin/jobs/{job_id}", only(*STAFF, get=ABSENT)),
    row("POST /api/admin/jobs/{job_id}/retry", only(*STAFF, get=ABSENT)),
    row("DELETE /api/admin/jobs/{job_id}", only(*STAFF, get=ABSENT)),
    page("GET /admin/login", actors=ACTORS),
    page("GET /admin/assets/{version}/{filename}", actors=ACTORS),
    page("POST /admin/login", "401 wrong_credentials", actors=ACTORS),
    page("POST /admin/logout", fresh_users=True),
    page("GET /admin/start"),
    page("GET /admin/notifications"),
    page("GET /admin/notifications.json"),
    page("GET /admin/notifications/{notification_id}", own=OK, foreign=OK, absent=OK),
    page("GET /admin/notifications/{notification_id}/trace.json", own=OK, foreign=OK, absent=ABSENT),
    page("GET /admin/notifications/preview"),
    page("GET /admin/notifications/preview/{name}/{locale}/{channel}"),
    # the console: its sessions have cookies of their own
    page("GET /console/", actors=ACTORS),
    page("GET /console/{address}", actors=ACTORS),
    page("GET /console/config.json", actors=ACTORS),
    page("GET /console/assets/{version}/{asset}", ABSENT, actors=ACTORS),
    page("GET /track/{order_id}", actors=ACTORS, own=OK, foreign=OK, absent=OK),
    page("POST /console/sessions/{slot}", "401 wrong_credentials", actors=ACTORS),
    page("GET /console/sessions/{slot}", actors=ACTORS),
    page("POST /console/sessions/{slot}/token", "401 unauthenticated", actors=ACTORS),
    page("DELETE /console/sessions/{slot}", actors=ACTORS),
    # queues
    page("GET /admin/rq/"),
    page("GET /admin/rq/static/{filename}", ABSENT),  # no file of that name
    page(f"GET {RQ}/view/queues", "308", actors=ACTORS),  # to /admin/rq/
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
