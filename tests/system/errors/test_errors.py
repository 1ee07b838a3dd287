"""Errors by fingerprint: what is counted of exceptions, and what staff see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metaia.core.ids import new_id
from metaia.system.releases import release
from tests.support.failures import WHERE, Failing, kind_of_error, listed
from tests.support.people import Person, World

Report = Callable[[], None]
BAD_QUERIES = ["state=gone", "since=yesterday", "limit=0", "cursor=x", "sort=users", "state="]


def test_a_failed_request_is_an_error(failing: Failing, report: Report, world: World) -> None:
    kind = kind_of_error()
    request_id = failing.request(kind("no such thing"))
    report()
    (found,) = listed(world.staff("support"), kind)
    assert found | {"fingerprint": None, "type": None, "firstSeen": None, "lastSeen": None} == {
        "fingerprint": None, "type": None, "message": "no such thing", "where": WHERE, "count": 1, "users": 0,
        "firstSeen": None, "lastSeen": None, "release": release.name(), "resolvedRelease": None,
        "requestIds": [request_id], "state": "open",
    }  # fmt: skip


def test_one_fingerprint_counts_and_keeps_the_latest_five_requests(
    failing: Failing, report: Report, admin: Person
) -> None:
    kind = kind_of_error()
    ids = [failing.request(kind(f"number {number}")) for number in range(4)]
    report()
    ids += [failing.request(kind("latest")) for _ in range(3)]
    report()
    (found,) = listed(admin, kind)
    assert (found["count"], found["message"]) == (7, "latest")
    assert found["requestIds"] == ids[:-6:-1]


def test_the_stack_has_functions_and_no_values(failing: Failing, report: Report, admin: Person) -> None:
    kind = kind_of_error()
    user = new_id()
    failing.request(
        kind(f"user {user} with asha@example.com and token=abcdefgh, +91 98765 43210\nsecond line")
    )
    report()
    (found,) = listed(admin, kind)
    whole = admin.get(f"/api/system/errors/{found['fingerprint']}").json()["data"]["error"]
    assert whole["message"] == "user [id] with [redacted] and token=[redacted] [number]"
    assert "metaia/system/releases/routes.py:" in whole["stack"]
    for secret in (user, "asha@", "abcdefgh", "98765", "second line", "/site-packages/"):
        assert secret not in whole["stack"]


def test_causes_are_part_of_the_stack(failing: Failing, report: Report, admin: Person) -> None:
    kind, cause = kind_of_error(), kind_of_error("Cause")
    error = kind("outer")
    error.__cause__ = cause("inner")
    failing.request(error)
    report()
    (found,) = listed(admin, kind)
    stack = admin.get(f"/api/system/errors/{found['fingerprint']}").json()["data"]["error"]["stack"]
    assert "caused by" in stack
    assert stack.endswith(f"{cause.__name__}: inner")


def test_errors_are_found_by_state_and_time(failing: Failing, report: Report, admin: Person) -> None:
    kind = kind_of_error()
    failing.request(kind())
    report()
    assert len(listed(admin, kind, state="open")) == 1
    assert listed(admin, kind, state="ignored") == []
    assert listed(admin, kind, since="2190-01-01T00:00:00Z") == []


def test_pages_follow_each_other(failing: Failing, report: Report, admin: Person) -> None:
    kinds = [kind_of_error() for _ in range(3)]
    for kind in kinds:
        failing.request(kind())
    report()
    found: list[str] = []
    cursor = None
    while len(found) < 3:
        query = {"limit": 1, "sort": "-lastSeen"} | ({"cursor": cursor} if cursor else {})
        page = admin.get("/api/system/errors", params=query).json()
        found += [each["fingerprint"] for each in page["data"]["errors"]]
        cursor = page["meta"]["nextCursor"]
    assert len(set(found)) == 3


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_bad_filters_are_refused(admin: Person, query: str) -> None:
    assert admin.get(f"/api/system/errors?{query}").status_code == 422


@pytest.mark.parametrize("body", [{}, {"state": "gone"}, {"state": None}, {"state": "open", "count": 0}, []])
def test_a_change_needs_a_known_state(failing: Failing, report: Report, admin: Person, body: object) -> None:
    kind = kind_of_error()
    failing.request(kind())
    report()
    (found,) = listed(admin, kind)
    assert admin.patch(f"/api/system/errors/{found['fingerprint']}", body).status_code == 422


@pytest.mark.parametrize("fingerprint", ["0" * 16, "x", "A" * 120])
def test_an_unknown_error_is_not_found(admin: Person, fingerprint: str) -> None:
    assert admin.get(f"/api/system/errors/{fingerprint}").status_code == 404
    assert admin.patch(f"/api/system/errors/{fingerprint}", {"state": "open"}).status_code == 404


def test_a_change_is_in_the_audit_log(failing: Failing, report: Report, admin: Person) -> None:
    kind = kind_of_error()
    failing.request(kind())
    report()
    (found,) = listed(admin, kind)
    path = f"/api/system/errors/{found['fingerprint']}"
    assert admin.patch(path, {"state": "ignored"}).json()["data"]["error"]["state"] == "ignored"
    assert admin.patch(path, {"state": "ignored"}).status_code == 200
    subject = f"error-{found['fingerprint']}"
    entries = admin.get("/api/admin/audit", params={"subject": subject}).json()["data"]["entries"]
    assert [(e["action"], e["before"], e["after"]) for e in entries] == [
        ("error.changed", {"state": "open"}, {"state": "ignored"})
    ]
