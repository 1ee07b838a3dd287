"""Each page needs a session, GET changes nothing, and only our own pages can change something."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from rq import Queue
from werkzeug.routing import Rule

from metaia.core.access.permissions import STAFF
from metaia.core.http import endpoint
from tests.console.conftest import Fail
from tests.support.people import World
from tests.support.staff_browser import Browser, code_of, make_staff

OPEN = {"websockets.for_admins"}
VALUES = {
    "instance_number": "0",
    "queue_name": "default",
    "registry_name": "failed",
    "per_page": "8",
    "order": "asc",
    "page": "1",
    "job_id": "job-1",
    "filename": "js/bootstrap.bundle.js",
}
FOREIGN = "https://evil.example.com"


def guarded(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Yield each protected method and path under /admin."""
    for rule in app.url_map.iter_rules():
        if (
            rule.rule.startswith("/admin")
            and not rule.endpoint.startswith("staff.")
            and rule.endpoint not in OPEN
        ):
            path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: VALUES[found[1]], rule.rule)
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield method, path, rule


def test_there_are_pages(app: Flask) -> None:
    found = {rule.endpoint for _, _, rule in guarded(app)}
    assert len([endpoint for endpoint in found if endpoint.startswith("rq_dashboard.")]) == len(found) == 14


def test_nobody_sees_any_page_without_a_session(app: Flask, stranger: Browser) -> None:
    for method, path, _ in guarded(app):
        answer = stranger.call(method, path, headers={"Origin": stranger.url})
        page = method == "GET" and not path.endswith(".json")
        if path.endswith("/view/queues"):  # a second address of /admin/rq/, which redirects before the login
            assert (answer.status_code, answer.headers["Location"]) == (308, f"{stranger.url}/admin/rq/")
            continue
        assert answer.status_code == (303 if page else 401), (method, path)
        if page:
            assert answer.headers["Location"] == "/console/?to=%2Fdashboard"
            assert "job" not in answer.text


def test_every_page_says_which_permission_it_needs(app: Flask) -> None:
    for _, _, rule in guarded(app):
        permission = endpoint.of(app.view_functions[rule.endpoint]).permission
        assert permission is not None, rule.endpoint
        assert permission.roles == STAFF


def test_every_page_can_be_seen_by_staff_and_none_breaks(app: Flask, staff: Browser) -> None:
    missing = {
        "/admin/rq/0/view/job/job-1",
        "/admin/rq/0/data/job/job-1.json",
    }
    for method, path, _ in guarded(app):
        if method == "GET":
            answer = staff.get(path)
            expected = {404} if path in missing else {200, 308}
            assert answer.status_code in expected, (path, answer.text)


def test_all_changes_are_posts(app: Flask) -> None:
    changes = {rule.endpoint: rule.methods for method, _, rule in guarded(app) if method != "GET"}
    assert len(changes) == 5
    assert all(methods == {"POST", "OPTIONS"} for methods in changes.values())


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_no_other_method_changes_anything(app: Flask, staff: Browser, fail: Fail, method: str) -> None:
    job = fail()
    places = [f"job/{job.id}/delete", f"job/{job.id}/requeue", f"requeue/{job.origin}",
              f"queue/{job.origin}/failed/empty", f"queue/{job.origin}/compact"]  # fmt: skip
    sent = {"Origin": staff.url, "X-CSRF-Token": staff.csrf()}
    for place in places:
        answer = staff.call(method, f"/admin/rq/{place}", headers=sent)
        assert answer.status_code == 405, place
    assert job.is_failed
    assert staff.get("/admin/rq/").status_code == 200


def test_looking_at_every_page_changes_no_job(app: Flask, staff: Browser, fail: Fail) -> None:
    job = fail()
    for method, path, _ in guarded(app):
        if method == "GET":
            staff.get(path.replace("job-1", job.id).replace("/default/", f"/{job.origin}/"))
    assert job.is_failed
    assert job.id in Queue(job.origin, connection=job.connection).failed_job_registry.get_job_ids(
        cleanup=False
    )


# Forged requests


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "csrf_invalid"),
        ({"X-CSRF-Token": ""}, "csrf_invalid"),
        ({"X-CSRF-Token": "x"}, "csrf_invalid"),
        ({"X-CSRF-Token": "{other}"}, "csrf_invalid"),
        ({"X-CSRF-Token": "{cookie}"}, "csrf_invalid"),
        ({"X-CSRF-Token": "{own}", "Origin": FOREIGN}, "origin_not_allowed"),
        ({"X-CSRF-Token": "{own}", "Origin": "null"}, "origin_not_allowed"),
        ({"X-CSRF-Token": "{own}", "Origin": None}, "origin_not_allowed"),
        ({"X-CSRF-Token": "{own}", "Origin": "http://127.0.0.1:1"}, "origin_not_allowed"),
        ({"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "cross-site"}, "origin_not_allowed"),
        ({"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "same-site"}, "origin_not_allowed"),
        ({"X-CSRF-Token": "{own}", "Sec-Fetch-Site": "none"}, "origin_not_allowed"),
    ],
)
def test_a_forged_change_is_refused(
    app: Flask, staff: Browser, sent: dict[str, str | None], code: str
) -> None:
    own, other = staff.csrf(), Browser(staff.url)
    with other.http:
        other.log_in(make_staff())
        words = {"own": own, "other": other.csrf(), "cookie": staff.cookie}
    headers = {name: value.format(**words) if value else value for name, value in sent.items()}
    for method, path, _ in guarded(app):
        if method == "POST":
            answer = staff.post(path, headers=headers)
            assert (answer.status_code, code_of(answer)) == (403, code), path
    assert staff.get("/admin/rq/").status_code == 200


def test_a_page_that_cors_lists_is_elsewhere_too(
    app: Flask, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert staff.get("/admin/rq/", headers={"Origin": FOREIGN}).status_code == 403
    answer = staff.change("/admin/rq/queue/default/compact", headers={"Origin": "http://127.0.0.1:5000"})
    assert answer.status_code == 200  # PUBLIC_BASE_URL


# Headers


def test_no_page_can_be_framed_and_each_says_what_it_may_do(app: Flask, staff: Browser) -> None:
    paths = [path for method, path, _ in guarded(app) if method == "GET"]
    for path in paths:
        answer = staff.get(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_the_dashboard_may_do_more_is_for_it_alone(staff: Browser) -> None:
    policy = staff.get("/admin/rq/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-" in policy
    assert "'unsafe-eval'" in policy
    assert "script-src 'unsafe-inline'" not in policy
    assert [part for part in policy.split("; ") if "'unsafe-inline'" in part] == [
        "style-src-attr 'unsafe-inline'"
    ]


def test_everything_that_the_pages_load_is_here(staff: Browser) -> None:
    page = staff.get("/admin/rq/").text
    loaded = re.findall(r"""<(?:script|link)[^>]+(?:src|href)="([^"]+)\"""", page)
    assert len(loaded) > 5
    for address in loaded:
        assert address.startswith("/"), address
        assert staff.get(address).status_code == 200, address


def test_the_script_makes_text_of_answers(staff: Browser) -> None:
    script = staff.get("/admin/assets/x/queues.js").text
    assert not re.search(r"innerHTML|insertAdjacent|eval\(|document\.write|document\.cookie", script)


def test_tables_scroll_inside_of_a_narrow_screen(staff: Browser) -> None:
    page = staff.get("/admin/rq/").text
    [address] = re.findall(r'href="([^"]+/queues.css)"', page)
    assert ".container { overflow-x: auto;" in staff.get(address).text
    assert 'name="viewport" content="width=device-width' in page


def test_the_pages_are_no_part_of_the_api(world: World) -> None:
    paths = world.call("GET", "/api/openapi.json").json()["paths"]
    assert [path for path in paths if path.startswith("/admin")] == ["/admin"]  # Timing's WebSocket
